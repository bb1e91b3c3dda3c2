#include "post/feed_date.hpp"

#include <catch2/catch.hpp>

#include "base/date_time.hpp"

using namespace paperround;

namespace {
std::string read(std::string_view text) {
    const auto time = post::parse_feed_date(text);
    return time ? format_rfc3339(*time) : "nothing";
}
}  // namespace

TEST_CASE("RFC 822 dates with every sort of zone") {
    CHECK(read("Sun, 22 Nov 2026 08:00:00 +0000") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 +0530") == "2026-11-22T02:30:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 -0800") == "2026-11-22T16:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 UT") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 Z") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 EST") == "2026-11-22T13:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 PDT") == "2026-11-22T15:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 CEST") == "2026-11-22T06:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 GMT+0100") == "2026-11-22T07:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 +01:00") == "2026-11-22T07:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00") == "2026-11-22T08:00:00Z");
}

TEST_CASE("military and unknown zones mean UTC") {
    CHECK(read("Sun, 22 Nov 2026 08:00:00 A") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 XYZ") == "2026-11-22T08:00:00Z");
}

TEST_CASE("RFC 822 dates written carelessly") {
    CHECK(read("22 Nov 2026 08:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("2 nov 26 8:05:09 gmt") == "2026-11-02T08:05:09Z");
    CHECK(read("22 Nov 99 08:00 GMT") == "1999-11-22T08:00:00Z");
    CHECK(read("Sunday, 22 November 2026 08:00:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun,22 Nov 2026 08:00:00 GMT (comment)") == "2026-11-22T08:00:00Z");
    CHECK(read("22-Nov-2026 08:00:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("Nov 22, 2026 8:30 PM") == "2026-11-22T20:30:00Z");
    CHECK(read("November 22, 2026") == "2026-11-22T00:00:00Z");
    CHECK(read("  \n Sun, 22 Nov 2026\t08:00:00  +0000 ") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun Nov 22 08:00:00 2026") == "2026-11-22T08:00:00Z");
}

TEST_CASE("RFC 3339 dates and their near misses") {
    CHECK(read("2026-11-22T08:00:00Z") == "2026-11-22T08:00:00Z");
    CHECK(read("2026-11-22T08:00:00.123456+02:00") == "2026-11-22T06:00:00Z");
    CHECK(read("2026-11-22") == "2026-11-22T00:00:00Z");
    CHECK(read("2026/11/22") == "2026-11-22T00:00:00Z");
    CHECK(read("2026-11-22 08:00:00 +0100") == "2026-11-22T07:00:00Z");
    CHECK(read("2026-11-22T08:00:00+0100") == "2026-11-22T07:00:00Z");
    CHECK(read("2026-11-22T08:00:00 EST") == "2026-11-22T13:00:00Z");
    CHECK(read("2026-11-22T08:00Z") == "2026-11-22T08:00:00Z");
}

TEST_CASE("what is no date is none") {
    for (const std::string_view text : {"", "yesterday", "31 Feb 2026", "2026-13-01", "0000-00-00T00:00:00Z",
                                        "99:99:99", "1 Jan 1900 00:00 GMT", "32 Nov 2026", "22 Nov", "2026",
                                        "+0100", "22 Nov 2026 08:00:00 +9999", "-", ":", "(((((("}) {
        INFO(text);
        CHECK(read(text) == "nothing");
    }
    CHECK(read(std::string(5000, '1')) == "nothing");
}

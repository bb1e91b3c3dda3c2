#include "daemon/local_time.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"
#include "daemon/zone_guard.hpp"

using namespace paperround;
using namespace paperround::daemon;
using namespace std::chrono_literals;
using test::ZoneGuard;

namespace {
Time utc(std::string_view text) {
    return parse_rfc3339(text).value();
}
const Time now = utc("2026-11-28T20:00:00Z");

Time begin_of(std::string_view text) {
    CAPTURE(text);
    const auto span = parse_local_time(text, now);
    REQUIRE(span);
    return span->begin;
}
}  // namespace

TEST_CASE("a time is shown by the operator's clock, with its zone, and its year where that is another") {
    const ZoneGuard zone(test::central_europe);
    CHECK(local_text(utc("2026-11-22T08:00:05.125Z"), now) == "11-22 09:00:05 CET");
    CHECK(local_text(utc("2026-07-01T08:00:00Z"), now) == "07-01 10:00:00 CEST");
    CHECK(local_text(utc("2025-12-31T22:59:59Z"), now) == "2025-12-31 23:59:59 CET");
    CHECK(local_text(utc("2025-12-31T23:00:00Z"), now) == "01-01 00:00:00 CET");  // this year in CET
}

TEST_CASE("a zone without letters is named by its offset") {
    const ZoneGuard zone("<-03>3");
    CHECK(local_text(utc("2026-11-22T08:00:00Z"), now) == "11-22 05:00:00 -03");
    CHECK(begin_of("11-22 05:00:00 -03") == utc("2026-11-22T08:00:00Z"));
}

TEST_CASE("every form in which a time is printed is read back") {
    const ZoneGuard zone(test::central_europe);
    const Time second = utc("2026-11-22T08:00:05Z");
    CHECK(begin_of("11-22 09:00:05 CET") == second);
    CHECK(begin_of("2026-11-22 09:00:05 CET") == second);
    CHECK(begin_of("2026-11-22T08:00:05Z") == second);
    CHECK(begin_of("2026-11-22T08:00:05.125Z") == second + 125ms);
    CHECK(begin_of("11-22 09:00:05") == second);
    CHECK(begin_of("2026-11-22T09:00") == utc("2026-11-22T08:00:00Z"));
    CHECK(begin_of("2026-11-22 10:00:05 +0200") == second);
    CHECK(begin_of("2026-11-22T10:00:05+02:00") == second);
    CHECK(begin_of("  2026-11-22   09:00:05  ") == second);
    CHECK(begin_of("11-22 08:00:05 utc") == second);
}

TEST_CASE("a day, and a time of today, are the operator's") {
    const ZoneGuard zone(test::central_europe);
    CHECK(parse_local_time("2026-11-22", now) ==
          Span{utc("2026-11-21T23:00:00Z"), utc("2026-11-22T23:00:00Z")});
    CHECK(parse_local_time("11-22", now) == Span{utc("2026-11-21T23:00:00Z"), utc("2026-11-22T23:00:00Z")});
    CHECK(begin_of("09:00:05") == utc("2026-11-28T08:00:05Z"));
    // The day on which the clock is set back has 25 hours.
    CHECK(parse_local_time("10-25", now) == Span{utc("2026-10-24T22:00:00Z"), utc("2026-10-25T23:00:00Z")});
}

TEST_CASE("what is left out of a time reaches to its end") {
    const ZoneGuard zone("UTC");
    const auto length = [](std::string_view text) {
        const auto span = parse_local_time(text, now);
        REQUIRE(span);
        return span->end - span->begin;
    };
    CHECK(length("11-22 08:00") == 1min);
    CHECK(length("11-22 08:00:05") == 1s);
    CHECK(length("2026-11-22T08:00:05.125Z") == 1ms);
    CHECK(length("30m") == 0s);
}

TEST_CASE("a duration is so long ago") {
    CHECK(begin_of("30m") == now - 30min);
    CHECK(begin_of("1h30m ago") == now - 90min);
}

TEST_CASE("the hour that a clock shows twice is told apart by the zone's name") {
    const ZoneGuard zone(test::central_europe);
    CHECK(begin_of("2026-10-25 02:30:00 CEST") == utc("2026-10-25T00:30:00Z"));
    CHECK(begin_of("2026-10-25 02:30:00 CET") == utc("2026-10-25T01:30:00Z"));
}

TEST_CASE("a time behind the year 2262, where nanoseconds end, is that time") {
    CHECK(begin_of("2999-01-01T00:00:00Z") == utc("2999-01-01T00:00:00Z"));
    CHECK(begin_of("2999-01-01T00:00:00Z").time_since_epoch() == 32'472'144'000s);
}

TEST_CASE("what is no time is refused") {
    const ZoneGuard zone(test::central_europe);
    for (const std::string_view text : {"", " ", "yesterday", "CET", "Z", "2026", "2026-13-01", "2026-02-30",
                                        "11-31", "24:00", "09:60", "9:00", "2026-11-22 09:00 XYZ",
                                        "2026-11-22 09:00 +25:00", "11-22 09:00:05.", "-5m", "11-22-2026"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_local_time(text, now));
    }
}

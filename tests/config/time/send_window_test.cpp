#include "config/time/send_window.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

namespace {

SendWindow window(std::string_view text, const std::string& zone = "UTC") {
    SendWindow parsed = parse_send_window(text).value();
    parsed.zone = zone;
    return parsed;
}

// The opening at or after a moment, as "begin/end" in RFC 3339.
std::string opening(const SendWindow& window, std::string_view now) {
    const Opening found = next_opening(window, parse_rfc3339(now).value());
    return format_rfc3339(found.begin) + "/" + format_rfc3339(found.end);
}

}  // namespace

TEST_CASE("a window is two times of day") {
    CHECK(parse_send_window("07:00-22:30").value() == SendWindow{7h, 22h + 30min, "UTC"});
    CHECK(parse_send_window(" 7:00 - 0:00 ").value() == SendWindow{7h, 0h, "UTC"});
    CHECK(describe(window("7:00-22:00", "Europe/London")) == "07:00-22:00 Europe/London");
}

TEST_CASE("an impossible window is refused with what was expected") {
    for (const auto* text :
         {"", "07:00", "07:00-", "07:00-25:00", "07:00-22:00-23:00", "7-22", "07:00–22:00"}) {
        CAPTURE(text);
        CHECK(parse_send_window(text).error() == "two times of day from 00:00 to 23:59, as in 07:00-22:00");
    }
    CHECK(parse_send_window("07:00-7:00").error() ==
          "two different times of day; without a window mail leaves at any");
}

TEST_CASE("before, in and after the window: the opening is today's or tomorrow's") {
    const SendWindow day = window("07:00-22:00");
    CHECK(opening(day, "2026-11-22T06:59:59Z") == "2026-11-22T07:00:00Z/2026-11-22T22:00:00Z");
    CHECK(opening(day, "2026-11-22T07:00:00Z") == "2026-11-22T07:00:00Z/2026-11-22T22:00:00Z");
    CHECK(opening(day, "2026-11-22T21:59:59Z") == "2026-11-22T07:00:00Z/2026-11-22T22:00:00Z");
    CHECK(opening(day, "2026-11-22T22:00:00Z") == "2026-11-23T07:00:00Z/2026-11-23T22:00:00Z");
}

TEST_CASE("a window over midnight belongs to the evening it begins in") {
    const SendWindow night = window("22:00-06:00");
    CHECK(opening(night, "2026-11-22T05:59:59Z") == "2026-11-21T22:00:00Z/2026-11-22T06:00:00Z");
    CHECK(opening(night, "2026-11-22T06:00:00Z") == "2026-11-22T22:00:00Z/2026-11-23T06:00:00Z");
    CHECK(opening(night, "2026-11-22T23:30:00Z") == "2026-11-22T22:00:00Z/2026-11-23T06:00:00Z");
    CHECK(opening(window("07:00-00:00"), "2026-11-22T23:59:59Z") ==
          "2026-11-22T07:00:00Z/2026-11-23T00:00:00Z");
}

TEST_CASE("a window keeps local hours in its own zone") {
    // New York is UTC-5 in November: 07:00 there is 12:00 UTC, and days are New York's days.
    CHECK(opening(window("07:00-22:00", "America/New_York"), "2026-11-22T02:00:00Z") ==
          "2026-11-21T12:00:00Z/2026-11-22T03:00:00Z");
}

TEST_CASE("a window that lies over a change of the clocks is an hour shorter or longer") {
    // London, 29 March 2026: at 01:00 UTC the clocks go from 01:00 to 02:00.
    CHECK(opening(window("22:00-06:00", "Europe/London"), "2026-03-29T00:00:00Z") ==
          "2026-03-28T22:00:00Z/2026-03-29T05:00:00Z");
    // London, 25 October 2026: at 01:00 UTC they go from 02:00 back to 01:00.
    CHECK(opening(window("22:00-06:00", "Europe/London"), "2026-10-25T00:00:00Z") ==
          "2026-10-24T21:00:00Z/2026-10-25T06:00:00Z");
    // New York, 8 March 2026: at 07:00 UTC from 02:00 to 03:00; 1 November: at 06:00 UTC from 02:00 to 01:00.
    CHECK(opening(window("22:00-06:00", "America/New_York"), "2026-03-08T06:00:00Z") ==
          "2026-03-08T03:00:00Z/2026-03-08T10:00:00Z");
    CHECK(opening(window("22:00-06:00", "America/New_York"), "2026-11-01T06:00:00Z") ==
          "2026-11-01T02:00:00Z/2026-11-01T11:00:00Z");
}

TEST_CASE("an edge that the clocks skip or repeat is the gap's end, or the first of the two") {
    // London, 29 March 2026: 01:30 does not occur; the first moment after the gap is 01:00 UTC.
    CHECK(opening(window("01:30-06:00", "Europe/London"), "2026-03-29T00:00:00Z") ==
          "2026-03-29T01:00:00Z/2026-03-29T05:00:00Z");
    // 25 October 2026: 01:30 occurs at 00:30 UTC (summer time) and at 01:30 UTC.
    CHECK(opening(window("01:30-06:00", "Europe/London"), "2026-10-25T00:00:00Z") ==
          "2026-10-25T00:30:00Z/2026-10-25T06:00:00Z");
    CHECK(opening(window("22:00-01:30", "Europe/London"), "2026-10-25T00:00:00Z") ==
          "2026-10-24T21:00:00Z/2026-10-25T00:30:00Z");
}

TEST_CASE("a window that lies in the skipped hour alone opens again the day after") {
    CHECK(opening(window("01:10-01:50", "Europe/London"), "2026-03-28T02:00:00Z") ==
          "2026-03-30T00:10:00Z/2026-03-30T00:50:00Z");
}

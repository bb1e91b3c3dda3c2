#include "base/text/date_time.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;

namespace {
// Midnight of a day, counted in days since 1970-01-01.
Time at_day(int days) {
    return Time(std::chrono::days(days));
}
}  // namespace

TEST_CASE("times are written as RFC 3339, RFC 5322 and listings want them") {
    // 2026-11-22 is 20 779 days after 1970-01-01, and a Sunday.
    const Time time = at_day(20'779) + 8h + 5min + 9s + 125ms;
    CHECK(format_rfc3339(time) == "2026-11-22T08:05:09Z");
    CHECK(format_rfc3339_millis(time) == "2026-11-22T08:05:09.125Z");
    CHECK(format_rfc5322(time) == "Sun, 22 Nov 2026 08:05:09 +0000");
    CHECK(format_short(time) == "11-22 08:05:09");
}

TEST_CASE("a day of one digit has no zero before it in RFC 5322") {
    CHECK(format_rfc5322(at_day(0)) == "Thu, 1 Jan 1970 00:00:00 +0000");
}

TEST_CASE("times before 1970 are written too") {
    CHECK(format_rfc3339_millis(at_day(0) - 1ms) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("RFC 3339 is read with any offset") {
    const Time time = at_day(20'779) + 8h;
    CHECK(parse_rfc3339("2026-11-22T08:00:00Z") == time);
    CHECK(parse_rfc3339("2026-11-22t08:00:00z") == time);
    CHECK(parse_rfc3339("2026-11-22 08:00:00Z") == time);
    CHECK(parse_rfc3339("2026-11-22T09:30:00+01:30") == time);
    CHECK(parse_rfc3339("2026-11-21T22:00:00-10:00") == time);
    CHECK(parse_rfc3339("2026-11-22T09:00:00+0100") == time);
    CHECK(parse_rfc3339("2026-11-22T08:00") == time);
    CHECK(parse_rfc3339("2026-11-22") == at_day(20'779));
}

TEST_CASE("fractions of a second are read to the millisecond") {
    const Time time = at_day(20'779) + 8h;
    CHECK(parse_rfc3339("2026-11-22T08:00:00.5Z") == time + 500ms);
    CHECK(parse_rfc3339("2026-11-22T08:00:00.123999999Z") == time + 123ms);
    CHECK(parse_rfc3339(format_rfc3339_millis(time + 7ms)) == time + 7ms);
}

TEST_CASE("leap days and leap seconds are known") {
    CHECK(parse_rfc3339("2028-02-29T00:00:00Z").has_value());
    CHECK(parse_rfc3339("2016-12-31T23:59:60Z") == parse_rfc3339("2017-01-01T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("2026-02-29").has_value());
    CHECK_FALSE(parse_rfc3339("2100-02-29").has_value());
}

TEST_CASE("what is no RFC 3339 date is refused") {
    const std::string text = GENERATE(
        as<std::string>{}, "", "2026", "2026-11", "2026-13-01", "2026-00-10", "2026-11-31", "26-11-22",
        "2026-11-22T", "2026-11-22T8:00", "2026-11-22T24:00:00Z", "2026-11-22T08:60:00Z",
        "2026-11-22T08:00:61Z", "2026-11-22T08:00:00.Z", "2026-11-22T08:00:00+24:00", "2026-11-22T08:00:00+1",
        "2026-11-22T08:00:00Zx", "2026-11-22T08:00:00 GMT", "Sun, 22 Nov 2026 08:00:00 GMT", "-026-11-22");
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
}

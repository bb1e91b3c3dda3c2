#include "config/time/schedule.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

namespace {

Schedule scheduled(std::string_view text, const std::string& zone = "UTC") {
    Schedule schedule = parse_schedule(text).value();
    schedule.zone = zone;
    return schedule;
}

// The next sending after a moment, both in RFC 3339.
std::string next_after(const Schedule& schedule, std::string_view now) {
    return format_rfc3339(next_sending(schedule, parse_rfc3339(now).value()));
}

}  // namespace

TEST_CASE("schedules are read in each of their forms") {
    CHECK(parse_schedule("immediately").value() == Schedule{});
    CHECK(parse_schedule("daily 08:00").value() == Schedule{Schedule::Kind::daily, 0, 8h, "UTC"});
    CHECK(parse_schedule("weekly mon 08:30").value() ==
          Schedule{Schedule::Kind::weekly, 1, 8h + 30min, "UTC"});
    CHECK(parse_schedule("weekly Sunday 23:59").value() ==
          Schedule{Schedule::Kind::weekly, 0, 23h + 59min, "UTC"});
    CHECK(parse_schedule("monthly 28 00:00").value() == Schedule{Schedule::Kind::monthly, 28, 0min, "UTC"});
    CHECK(parse_schedule("  Daily   8:05 ").value() == Schedule{Schedule::Kind::daily, 0, 8h + 5min, "UTC"});
}

TEST_CASE("an impossible schedule is refused with what was expected") {
    CHECK(parse_schedule("daily 25:00").error() == "a time of day from 00:00 to 23:59");
    CHECK(parse_schedule("daily 08:60").error() == "a time of day from 00:00 to 23:59");
    CHECK(parse_schedule("daily 0800").error() == "a time of day from 00:00 to 23:59");
    CHECK(parse_schedule("daily 08:0").error() == "a time of day from 00:00 to 23:59");
    CHECK(parse_schedule("weekly moon 08:00").error() ==
          "a day of the week: mon, tue, wed, thu, fri, sat or sun");
    CHECK(parse_schedule("monthly 29 08:00").error() ==
          "a day of the month from 1 to 28, which every month has");
    CHECK(parse_schedule("monthly 0 08:00").error() ==
          "a day of the month from 1 to 28, which every month has");
    for (const auto* text : {"", "hourly", "daily", "weekly 08:00", "monthly 08:00", "immediately 08:00"}) {
        CAPTURE(text);
        CHECK(parse_schedule(text).error() ==
              "immediately, daily 08:00, weekly mon 08:00 or monthly 1 08:00");
    }
}

TEST_CASE("a schedule describes itself as the configuration writes it") {
    CHECK(describe(scheduled("immediately")) == "immediately");
    CHECK(describe(scheduled("daily 8:00", "Europe/London")) == "daily 08:00 Europe/London");
    CHECK(describe(scheduled("weekly mon 08:00")) == "weekly mon 08:00 UTC");
    CHECK(describe(scheduled("monthly 1 18:05")) == "monthly 1 18:05 UTC");
}

TEST_CASE("immediately is now") {
    const Time now = from_millis(1'790'000'000'123);
    CHECK(next_sending(Schedule{}, now) == now);
}

TEST_CASE("a daily sending is today's if that is still ahead, else tomorrow's") {
    const Schedule schedule = scheduled("daily 08:00");
    CHECK(next_after(schedule, "2026-11-22T07:59:59Z") == "2026-11-22T08:00:00Z");
    CHECK(next_after(schedule, "2026-11-22T08:00:00Z") == "2026-11-22T08:00:00Z");
    CHECK(next_after(schedule, "2026-11-22T08:00:00.001Z") == "2026-11-23T08:00:00Z");
    CHECK(next_after(schedule, "2026-12-31T09:00:00Z") == "2027-01-01T08:00:00Z");
}

TEST_CASE("a local time is taken in its own zone, in summer and in winter") {
    // London is UTC in winter and UTC+1 in summer; Kolkata is UTC+5:30 all year.
    CHECK(next_after(scheduled("daily 08:00", "Europe/London"), "2026-01-10T00:00:00Z") ==
          "2026-01-10T08:00:00Z");
    CHECK(next_after(scheduled("daily 08:00", "Europe/London"), "2026-07-10T00:00:00Z") ==
          "2026-07-10T07:00:00Z");
    CHECK(next_after(scheduled("daily 08:00", "Asia/Kolkata"), "2026-07-10T00:00:00Z") ==
          "2026-07-10T02:30:00Z");
}

TEST_CASE("the day of a sending is the zone's day, not UTC's") {
    // 2026-11-22 is a Sunday. At 22:00 UTC it is Monday 11:00 in Auckland (UTC+13 in November).
    const Schedule monday = scheduled("weekly mon 12:00", "Pacific/Auckland");
    CHECK(next_after(monday, "2026-11-22T22:00:00Z") == "2026-11-22T23:00:00Z");
    // At 03:00 UTC on the 1st it is still the last day of the month in New York (UTC-5).
    const Schedule first = scheduled("monthly 1 00:30", "America/New_York");
    CHECK(next_after(first, "2026-12-01T03:00:00Z") == "2026-12-01T05:30:00Z");
}

TEST_CASE("a weekly sending comes on its weekday") {
    const Schedule schedule = scheduled("weekly mon 08:00");
    CHECK(next_after(schedule, "2026-11-22T12:00:00Z") == "2026-11-23T08:00:00Z");
    CHECK(next_after(schedule, "2026-11-23T08:00:01Z") == "2026-11-30T08:00:00Z");
}

TEST_CASE("a monthly sending comes on its day, over short months and the end of the year") {
    const Schedule schedule = scheduled("monthly 28 08:00");
    CHECK(next_after(schedule, "2026-01-28T08:00:01Z") == "2026-02-28T08:00:00Z");
    CHECK(next_after(schedule, "2026-12-28T09:00:00Z") == "2027-01-28T08:00:00Z");
    CHECK(next_after(scheduled("monthly 1 08:00"), "2026-07-01T08:00:01Z") == "2026-08-01T08:00:00Z");
}

TEST_CASE("a time that daylight saving skips means the first moment after the gap") {
    // Berlin, 29 March 2026: at 01:00 UTC the clocks go from 02:00 to 03:00.
    const Schedule schedule = scheduled("daily 02:30", "Europe/Berlin");
    CHECK(next_after(schedule, "2026-03-28T12:00:00Z") == "2026-03-29T01:00:00Z");
    // The day after is an ordinary one, at UTC+2.
    CHECK(next_after(schedule, "2026-03-29T01:00:01Z") == "2026-03-30T00:30:00Z");
}

TEST_CASE("a time that daylight saving repeats means the first of the two") {
    // Berlin, 25 October 2026: 02:30 comes at 00:30 UTC (summer time) and again at 01:30 UTC.
    const Schedule schedule = scheduled("daily 02:30", "Europe/Berlin");
    CHECK(next_after(schedule, "2026-10-24T12:00:00Z") == "2026-10-25T00:30:00Z");
    CHECK(next_after(schedule, "2026-10-25T00:30:01Z") == "2026-10-26T01:30:00Z");
}

TEST_CASE("a daily sending keeps its local time over both changes in London and in New York") {
    // London 2026: summer time begins on 29 March at 01:00 UTC and ends on 25 October at 01:00 UTC.
    const Schedule london = scheduled("daily 08:00", "Europe/London");
    CHECK(next_after(london, "2026-03-28T08:00:01Z") == "2026-03-29T07:00:00Z");
    CHECK(next_after(london, "2026-03-29T07:00:01Z") == "2026-03-30T07:00:00Z");
    CHECK(next_after(london, "2026-10-24T07:00:01Z") == "2026-10-25T08:00:00Z");
    CHECK(next_after(london, "2026-10-25T08:00:01Z") == "2026-10-26T08:00:00Z");
    // New York 2026: from 8 March 07:00 UTC (UTC-4) to 1 November 06:00 UTC (UTC-5).
    const Schedule new_york = scheduled("daily 08:00", "America/New_York");
    CHECK(next_after(new_york, "2026-03-07T13:00:01Z") == "2026-03-08T12:00:00Z");
    CHECK(next_after(new_york, "2026-10-31T12:00:01Z") == "2026-11-01T13:00:00Z");
}

TEST_CASE("the hour that is skipped or repeated has one sending in London and in New York") {
    const Schedule london = scheduled("daily 01:30", "Europe/London");
    CHECK(next_after(london, "2026-03-28T12:00:00Z") == "2026-03-29T01:00:00Z");
    CHECK(next_after(london, "2026-03-29T01:00:01Z") == "2026-03-30T00:30:00Z");
    CHECK(next_after(london, "2026-10-24T12:00:00Z") == "2026-10-25T00:30:00Z");
    CHECK(next_after(london, "2026-10-25T00:30:01Z") == "2026-10-26T01:30:00Z");
    const Schedule sunday = scheduled("weekly sun 02:30", "America/New_York");
    CHECK(next_after(sunday, "2026-03-02T00:00:00Z") == "2026-03-08T07:00:00Z");
    const Schedule first = scheduled("monthly 1 01:30", "America/New_York");
    CHECK(next_after(first, "2026-10-02T00:00:00Z") == "2026-11-01T05:30:00Z");
    CHECK(next_after(first, "2026-11-01T05:30:01Z") == "2026-12-01T06:30:00Z");
}

TEST_CASE("a gap at midnight moves the evening's or the night's sending to its end") {
    // Beirut, 29 March 2026: at 22:00 UTC of the 28th the clocks go from 00:00 to 01:00.
    const Schedule schedule = scheduled("daily 00:15", "Asia/Beirut");
    CHECK(next_after(schedule, "2026-03-28T12:00:00Z") == "2026-03-28T22:00:00Z");
}

TEST_CASE("zones are known by their IANA names only") {
    CHECK(is_known_zone("UTC"));
    CHECK(is_known_zone("Europe/London"));
    CHECK(is_known_zone("America/Argentina/Buenos_Aires"));
    CHECK_FALSE(is_known_zone("Europe/Lodnon"));
    CHECK_FALSE(is_known_zone(""));
    CHECK_FALSE(is_known_zone("../../../etc/passwd"));
    CHECK(nearest_zone("Europe/Lodnon") == "Europe/London");
}

TEST_CASE("a schedule in a zone that the system does not know throws") {
    const Schedule schedule = scheduled("daily 08:00", "Mars/Olympus_Mons");
    CHECK_THROWS_AS(next_sending(schedule, from_millis(0)), std::runtime_error);
}

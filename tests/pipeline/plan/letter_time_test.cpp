#include "pipeline/plan/letter_time.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using pipeline::earliest_behind;
using pipeline::letter_due;

namespace {

Time at(std::string_view text) {
    return parse_rfc3339(text).value();
}

config::Schedule schedule(std::string_view text, const std::string& zone = "UTC") {
    auto made = config::parse_schedule(text).value();
    made.zone = zone;
    return made;
}

const Time monday = at("2031-03-24T20:15:42Z");

}  // namespace

TEST_CASE("a letter after 0d is due at the moment of joining, whatever the schedule") {
    CHECK(letter_due(schedule("immediately"), monday, 0h) == monday);
    CHECK(letter_due(schedule("weekly mon 08:00"), monday, 0h) == monday);
}

TEST_CASE("days are counted by the calendar and come at the schedule's time of day") {
    CHECK(letter_due(schedule("daily 08:00"), monday, 72h) == at("2031-03-27T08:00:00Z"));
    CHECK(letter_due(schedule("weekly sun 08:00"), monday, 24h) == at("2031-03-25T08:00:00Z"));
}

TEST_CASE("days without a scheduled time come at the minute of joining") {
    CHECK(letter_due(schedule("immediately"), monday, 72h) == at("2031-03-27T20:15:00Z"));
}

TEST_CASE("hours count exactly, whatever the schedule") {
    CHECK(letter_due(schedule("daily 08:00"), monday, 12h) == monday + 12h);
    CHECK(letter_due(schedule("daily 08:00"), monday, 36h) == monday + 36h);
}

TEST_CASE("a letter comes at the same local time before and after the clocks change") {
    // 30 March 2031: from UTC to UTC+1 in London.
    const auto london = [](std::string_view text) { return schedule(text, "Europe/London"); };
    CHECK(letter_due(london("daily 08:00"), monday, 5 * 24h) == at("2031-03-29T08:00:00Z"));
    CHECK(letter_due(london("daily 08:00"), monday, 7 * 24h) == at("2031-03-31T07:00:00Z"));
    CHECK(letter_due(london("immediately"), monday, 7 * 24h) == at("2031-03-31T19:15:00Z"));
    // The clocks skip 01:30 on that day.
    CHECK(letter_due(london("daily 01:30"), monday, 6 * 24h) == at("2031-03-30T01:00:00Z"));
    // Who joins on that day, behind the change, keeps the hour that he saw.
    CHECK(letter_due(london("immediately"), at("2031-03-30T09:20:00Z"), 24h) == at("2031-03-31T09:20:00Z"));
}

TEST_CASE("the day of joining is that of the schedule's zone") {
    // 03:00 on Tuesday in Tokyo.
    CHECK(letter_due(schedule("daily 08:00", "Asia/Tokyo"), at("2031-03-24T18:00:00Z"), 24h) ==
          at("2031-03-25T23:00:00Z"));
}

TEST_CASE("letters that are late come on one day after another, at their time of day") {
    const Time late = at("2031-04-10T15:00:00Z");
    CHECK(earliest_behind(schedule("daily 08:00"), monday, late, 4 * 24h) == at("2031-04-11T08:00:00Z"));
    CHECK(earliest_behind(schedule("immediately"), monday, late, 24h) == at("2031-04-11T20:15:00Z"));
}

TEST_CASE("letters that are late keep a gap that is shorter than a day") {
    const Time late = at("2031-04-10T15:00:00Z");
    CHECK(earliest_behind(schedule("daily 08:00"), monday, late, 12h) == late + 12h);
    CHECK(earliest_behind(schedule("daily 08:00"), monday, late, 0h) == late);
    CHECK(earliest_behind(schedule("daily 08:00"), monday, late, -48h) == late);
}

TEST_CASE("what letters depend on besides the folder is the zone and the time of day") {
    CHECK(pipeline::letter_timing(schedule("daily 08:00")) ==
          pipeline::letter_timing(schedule("weekly sun 08:00")));
    CHECK(pipeline::letter_timing(schedule("daily 08:00")) !=
          pipeline::letter_timing(schedule("daily 08:01")));
    CHECK(pipeline::letter_timing(schedule("daily 00:00")) !=
          pipeline::letter_timing(schedule("immediately")));
    CHECK(pipeline::letter_timing(schedule("immediately")) !=
          pipeline::letter_timing(schedule("immediately", "Europe/London")));
}

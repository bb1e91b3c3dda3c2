#include "pipeline/plan/letter_time.hpp"

#include "config/time/zone.hpp"

namespace paperround::pipeline {

namespace {

constexpr Duration day = std::chrono::hours(24);

Time on_day(const config::Schedule& schedule, Time joined, Time from, std::int64_t days) {
    const config::Zone zone(schedule.zone);
    const bool scheduled = schedule.kind != config::Schedule::Kind::immediately;
    return zone.moment(zone.day_of(from) + date::days(days),
                       scheduled ? schedule.at : zone.time_of_day(joined));
}

}  // namespace

std::string letter_timing(const config::Schedule& schedule) {
    return schedule.kind == config::Schedule::Kind::immediately
               ? schedule.zone
               : std::to_string(schedule.at.count()) + " " + schedule.zone;
}

Time letter_due(const config::Schedule& schedule, Time joined, Duration after) {
    if (after == Duration(0) || after % day != Duration(0)) return joined + after;
    return on_day(schedule, joined, joined, after / day);
}

Time earliest_behind(const config::Schedule& schedule, Time joined, Time last, Duration gap) {
    if (gap < day) return last + std::max(gap, Duration(0));
    return on_day(schedule, joined, last, 1);
}

}  // namespace paperround::pipeline

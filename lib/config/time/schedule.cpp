#include "config/time/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/text.hpp"
#include "config/time/time_of_day.hpp"
#include "config/time/zone.hpp"

namespace paperround::config {

namespace {

constexpr std::array<std::string_view, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 7> full_day_names{"sunday",   "monday", "tuesday", "wednesday",
                                                         "thursday", "friday", "saturday"};
constexpr unsigned last_day_of_every_month = 28;

std::optional<unsigned> parse_weekday(std::string_view text) {
    for (unsigned day = 0; day < day_names.size(); ++day) {
        if (ascii_iequals(text, day_names[day]) || ascii_iequals(text, full_day_names[day])) return day;
    }
    return std::nullopt;
}

bool falls_on(const Schedule& schedule, date::local_days day) {
    switch (schedule.kind) {
        case Schedule::Kind::weekly:
            return date::weekday(day).c_encoding() == schedule.day;
        case Schedule::Kind::monthly:
            return static_cast<unsigned>(date::year_month_day(day).day()) == schedule.day;
        default:
            return true;
    }
}

}  // namespace

Result<Schedule, std::string> parse_schedule(std::string_view text) {
    const std::string normal = ascii_lower(collapse_spaces(text));
    const auto words = split(normal, ' ');
    Schedule schedule;
    if (words.size() == 1 && words[0] == "immediately") return schedule;
    const bool daily = words[0] == "daily" && words.size() == 2;
    const bool weekly = words[0] == "weekly" && words.size() == 3;
    const bool monthly = words[0] == "monthly" && words.size() == 3;
    if (!daily && !weekly && !monthly) {
        return failure(std::string("immediately, daily 08:00, weekly mon 08:00 or monthly 1 08:00"));
    }
    const auto at = parse_time_of_day(words.back());
    if (!at) return failure(std::string("a time of day from 00:00 to 23:59"));
    schedule.at = *at;
    schedule.kind = daily ? Schedule::Kind::daily : weekly ? Schedule::Kind::weekly : Schedule::Kind::monthly;
    if (daily) return schedule;
    const auto day = weekly ? parse_weekday(words[1]) : parse_digits(words[1]);
    if (weekly && !day) return failure(std::string("a day of the week: mon, tue, wed, thu, fri, sat or sun"));
    if (monthly && (!day || *day < 1 || *day > last_day_of_every_month)) {
        return failure(std::string("a day of the month from 1 to 28, which every month has"));
    }
    schedule.day = *day;
    return schedule;
}

Time next_sending(const Schedule& schedule, Time now) {
    if (schedule.kind == Schedule::Kind::immediately) return now;
    const Zone zone(schedule.zone);
    // Begin a day early: a gap around midnight can move yesterday's time to today. 64 days hold a month and
    // the longest run of days without the one that is looked for.
    const date::local_days first = zone.day_of(now) - date::days(1);
    for (int ahead = 0; ahead < 64; ++ahead) {
        const date::local_days day = first + date::days(ahead);
        if (!falls_on(schedule, day)) continue;
        if (const Time moment = zone.moment(day, schedule.at); moment >= now) return moment;
    }
    throw std::logic_error("a schedule that never comes: " + describe(schedule));
}

std::string describe(const Schedule& schedule) {
    const std::string at = format_time_of_day(schedule.at);
    switch (schedule.kind) {
        case Schedule::Kind::immediately:
            return "immediately";
        case Schedule::Kind::daily:
            return fmt::format("daily {} {}", at, schedule.zone);
        case Schedule::Kind::weekly:
            return fmt::format("weekly {} {} {}", day_names.at(schedule.day), at, schedule.zone);
        case Schedule::Kind::monthly:
            return fmt::format("monthly {} {} {}", schedule.day, at, schedule.zone);
    }
    return {};
}

bool is_known_zone(std::string_view name) {
    if (name == "UTC") return true;
    try {
        return date::locate_zone(std::string(name)) != nullptr;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string nearest_zone(std::string_view name) {
    std::vector<std::string> known{"UTC"};
    try {
        for (const auto& zone : date::get_tzdb().zones) known.push_back(zone.name());
    } catch (const std::runtime_error&) {
        // The system has no tz database: only UTC is known.
    }
    return nearest(name, known);
}

}  // namespace paperround::config

#include "config/time/zone.hpp"

namespace paperround::config {

date::local_days Zone::day_of(Time time) const {
    const auto seconds = date::floor<std::chrono::seconds>(time);
    if (zone_ == nullptr) return date::local_days(date::floor<date::days>(seconds).time_since_epoch());
    return date::floor<date::days>(zone_->to_local(seconds));
}

std::chrono::minutes Zone::time_of_day(Time time) const {
    const auto seconds = date::floor<std::chrono::seconds>(time);
    const auto local =
        zone_ == nullptr ? date::local_seconds(seconds.time_since_epoch()) : zone_->to_local(seconds);
    return date::floor<std::chrono::minutes>(local - date::floor<date::days>(local));
}

Time Zone::moment(date::local_days day, std::chrono::minutes since_midnight) const {
    const date::local_seconds local = day + std::chrono::seconds(since_midnight);
    if (zone_ == nullptr) return Time(local.time_since_epoch());
    const date::local_info info = zone_->get_info(local);
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return Time(local.time_since_epoch() - info.first.offset);
}

Time Zone::moment_of(Time shown) const {
    const auto day = std::chrono::floor<std::chrono::days>(shown);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(shown - day);
    return moment(date::local_days(day.time_since_epoch()), minutes) + (shown - day - minutes);
}

}  // namespace paperround::config

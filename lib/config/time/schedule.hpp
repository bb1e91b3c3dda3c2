// When a newsletter's mailings go out: at once, or at a local time in a named zone (IANA), daylight saving
// respected.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::config {

struct Schedule {
    enum class Kind { immediately, daily, weekly, monthly };
    Kind kind = Kind::immediately;
    unsigned day = 0;            // weekly: 0 = Sunday … 6; monthly: 1 … 28
    std::chrono::minutes at{0};  // since local midnight
    std::string zone = "UTC";    // IANA name, known to the system
    bool operator==(const Schedule&) const = default;
};

// `immediately`, `daily 08:00`, `weekly mon 08:00` (or the day's full name) or `monthly 1 08:00`; the zone
// stays UTC. The error is a reason in words, to follow "expected … ".
[[nodiscard]] Result<Schedule, std::string> parse_schedule(std::string_view text);

// The schedule's first moment at or after `now`. A local time that daylight saving skips means the first
// moment after the gap; one that is repeated means its first occurrence. Throws std::runtime_error for a zone
// that the system does not know.
[[nodiscard]] Time next_sending(const Schedule& schedule, Time now);

// "immediately", "daily 08:00 Europe/London", "weekly mon 08:00 UTC": as `check` prints it.
[[nodiscard]] std::string describe(const Schedule& schedule);

// Names in the system's tz database. UTC is known without one.
[[nodiscard]] bool is_known_zone(std::string_view name);
// The zone that was probably meant, or "".
[[nodiscard]] std::string nearest_zone(std::string_view name);

}  // namespace paperround::config

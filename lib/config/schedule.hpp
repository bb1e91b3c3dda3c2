// When a newsletter's mailings go out: at once, or at a local time in a named zone (IANA), daylight saving respected.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace paperround::config {

struct Schedule {
    enum class Kind { immediately, daily, weekly, monthly };
    Kind kind = Kind::immediately;
    unsigned day = 0;             // weekly: 0 = Sunday … 6; monthly: 1 … 28
    std::chrono::minutes at{0};   // since local midnight
    std::string zone = "UTC";     // IANA name, known to the system
    bool operator==(const Schedule&) const = default;
};

// The first moment of the schedule at or after `now`. A local time that daylight saving skips means the first moment
// after the gap; one that it repeats means the first of the two.
[[nodiscard]] Time next_sending(const Schedule& schedule, Time now);

// "immediately", "daily 08:00 Europe/London", "weekly mon 08:00 UTC": as `check` prints it.
[[nodiscard]] std::string describe(const Schedule& schedule);

}  // namespace paperround::config

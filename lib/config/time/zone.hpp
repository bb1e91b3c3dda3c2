// Converts between UTC and the local times of a named zone (IANA), for schedules and send windows. UTC needs
// no tz database. Throws std::runtime_error for a zone that the system does not know.
#pragma once

#include <date/tz.h>

#include <string>

#include "base/clock.hpp"

namespace paperround::config {

class Zone {
  public:
    explicit Zone(const std::string& name) : zone_(name == "UTC" ? nullptr : date::locate_zone(name)) {}

    [[nodiscard]] date::local_days day_of(Time time) const;
    // What this zone's clocks show, since midnight.
    [[nodiscard]] std::chrono::minutes time_of_day(Time time) const;
    // A local time that daylight saving skips means the first moment after the gap; one that is repeated
    // means its first occurrence.
    [[nodiscard]] Time moment(date::local_days day, std::chrono::minutes since_midnight) const;
    // The moment at which this zone's clocks show the date and time that `shown` is in UTC.
    [[nodiscard]] Time moment_of(Time shown) const;

  private:
    const date::time_zone* zone_;  // owned by the tz database, which lives as long as the program
};

}  // namespace paperround::config

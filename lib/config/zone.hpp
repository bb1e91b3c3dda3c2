// What the clocks of a named zone (IANA) make of local times: the arithmetic of schedules and send windows.
// UTC needs no tz database. Throws std::runtime_error for a zone unknown to the system.
#pragma once

#include <date/tz.h>

#include <string>

#include "base/clock.hpp"

namespace paperround::config {

class Zone {
  public:
    explicit Zone(const std::string& name) : zone_(name == "UTC" ? nullptr : date::locate_zone(name)) {}

    [[nodiscard]] date::local_days day_of(Time time) const;
    // A local time that daylight saving skips means the first moment after the gap; one that it repeats means
    // the first of the two.
    [[nodiscard]] Time moment(date::local_days day, std::chrono::minutes since_midnight) const;
    // When its clocks show what those of UTC show at this time.
    [[nodiscard]] Time moment_of(Time shown) const;

  private:
    const date::time_zone* zone_;  // belongs to the tz database, which lives as long as the program
};

}  // namespace paperround::config

// The calendar day of a moment in a named zone.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.hpp"

namespace paperround::config {

// `zone` is an IANA name that the loader has accepted; throws std::runtime_error for any other name.
[[nodiscard]] std::chrono::year_month_day local_date(Time time, const std::string& zone);

}  // namespace paperround::config

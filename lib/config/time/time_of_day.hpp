// A local time of day, as schedules and send windows are written.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::config {

// "8:00", "08:00" … "23:59", as minutes since midnight.
[[nodiscard]] std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);
// One or two digits.
[[nodiscard]] std::optional<unsigned> parse_digits(std::string_view text);
// "08:00".
[[nodiscard]] std::string format_time_of_day(std::chrono::minutes at);

}  // namespace paperround::config

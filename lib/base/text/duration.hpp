// Durations as configuration and listings write them: `250ms`, `30s`, `10m`, `48h`, `7d`, and sums (`1h30m`).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround {

// Returns nothing for an empty text, a missing or unknown unit, a sign, or more than ten years.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);
// The shortest exact form that parse_duration reads; "0s" for zero.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace paperround

// Writes times as RFC 3339 (listings, JSON) and RFC 5322 (the Date header), always in UTC, and reads RFC
// 3339.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround {

[[nodiscard]] std::string format_rfc3339(Time time);         // 2026-11-22T08:00:00Z
[[nodiscard]] std::string format_rfc3339_millis(Time time);  // 2026-11-22T08:00:00.125Z
[[nodiscard]] std::string format_rfc5322(Time time);         // Sun, 22 Nov 2026 08:00:00 +0000
[[nodiscard]] std::string format_short(Time time);           // 11-22 08:00:00, for listings

// RFC 3339 with any offset, `T` or a space, and an optional fraction. A date alone means its midnight in UTC.
[[nodiscard]] std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace paperround

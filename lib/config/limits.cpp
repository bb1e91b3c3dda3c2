#include "config/limits.hpp"

#include <cmath>

namespace paperround::config {

std::optional<std::uint64_t> WarmUp::ceiling(Time now) const {
    constexpr double no_limit = 1e9;
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const auto first = std::chrono::floor<std::chrono::days>(start);
    const auto days = day > first ? (day - first).count() : 0;
    // The epsilon absorbs rounding: 200 × 1.5 must be 300, not 299.
    const double today = std::floor(first_day * std::pow(growth, static_cast<double>(days)) + 1e-6);
    if (today >= no_limit) return std::nullopt;
    return static_cast<std::uint64_t>(today);
}

}  // namespace paperround::config

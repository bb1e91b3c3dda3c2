#include "config/time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace paperround::config {

std::optional<unsigned> parse_digits(std::string_view text) {
    if (text.empty() || text.size() > 2 || !std::ranges::all_of(text, is_ascii_digit)) return std::nullopt;
    unsigned value = 0;
    for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() != 2 || parts[1].size() != 2) return std::nullopt;
    const auto hour = parse_digits(parts[0]);
    const auto minute = parse_digits(parts[1]);
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

std::string format_time_of_day(std::chrono::minutes at) {
    return fmt::format("{:02}:{:02}", at.count() / 60, at.count() % 60);
}

}  // namespace paperround::config

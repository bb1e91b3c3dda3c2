#include "base/text/rate.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace paperround {

namespace {

using namespace std::chrono_literals;

struct RateUnit {
    char name;
    Duration length;
};
constexpr std::array<RateUnit, 4> rate_units{{{'s', 1s}, {'m', 1min}, {'h', 1h}, {'d', 24h}}};
constexpr unsigned most = 1'000'000;

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
    if (text.size() < 3 || text[text.size() - 2] != '/') return std::nullopt;
    Rate rate;
    const char* end = text.data() + text.size() - 2;
    const auto [stopped, error] = std::from_chars(text.data(), end, rate.count);
    if (error != std::errc() || stopped != end || rate.count == 0 || rate.count > most) return std::nullopt;
    for (const RateUnit& unit : rate_units) {
        if (unit.name != text.back()) continue;
        rate.per = unit.length;
        return rate;
    }
    return std::nullopt;
}

std::string format_rate(const Rate& rate) {
    for (const RateUnit& unit : rate_units) {
        if (unit.length == rate.per) return fmt::format("{}/{}", rate.count, unit.name);
    }
    return format_per_second(rate.per_second());
}

std::string format_per_second(double per_second) {
    for (const RateUnit& unit : rate_units) {
        const double count = per_second * std::chrono::duration<double>(unit.length).count();
        if (count < 1.0 && unit.name != rate_units.back().name) continue;
        std::string number = fmt::format("{:.1f}", count);
        if (number.ends_with(".0")) number.resize(number.size() - 2);
        return fmt::format("{}/{}", number, unit.name);
    }
    return {};
}

}  // namespace paperround

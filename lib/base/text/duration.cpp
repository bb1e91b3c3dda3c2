#include "base/text/duration.hpp"

#include <array>

#include "base/text.hpp"

namespace paperround {

namespace {
struct Unit {
    std::string_view name;
    Duration length;
};
using namespace std::chrono_literals;
constexpr std::array<Unit, 5> units{{{"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}}};
constexpr Duration ten_years = 24h * 3653;
}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.empty()) return std::nullopt;
    Duration total{0};
    while (!text.empty()) {
        std::int64_t number = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && is_ascii_digit(text[digits]); ++digits) {
            number = number * 10 + (text[digits] - '0');
            if (number > ten_years.count()) return std::nullopt;
        }
        if (digits == 0) return std::nullopt;
        text.remove_prefix(digits);
        std::size_t letters = 0;
        while (letters < text.size() && is_ascii_alpha(text[letters])) ++letters;
        const std::string_view name = text.substr(0, letters);
        text.remove_prefix(letters);
        const Unit* found = nullptr;
        for (const Unit& unit : units) {
            if (unit.name == name) found = &unit;
        }
        if (found == nullptr || number > ten_years / found->length) return std::nullopt;
        total += number * found->length;
        if (total > ten_years) return std::nullopt;
    }
    return total;
}

std::string format_duration(Duration duration) {
    std::string out;
    if (duration.count() < 0) return "-" + format_duration(-duration);
    for (const Unit& unit : units) {
        const auto count = duration / unit.length;
        if (count == 0) continue;
        out += std::to_string(count);
        out += unit.name;
        duration -= count * unit.length;
    }
    return out.empty() ? "0s" : out;
}

}  // namespace paperround

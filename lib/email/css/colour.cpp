#include "email/css/colour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace paperround::email {

namespace {

constexpr Colour white{255, 255, 255};
constexpr Colour dark_ink{29, 27, 24};
constexpr Colour black{0, 0, 0};

// Looked up: a post may have a colour for each of its words.
double linear(unsigned char channel) {
    static const std::array<double, 256> table = [] {
        std::array<double, 256> values{};
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double share = static_cast<double>(i) / 255.0;
            values.at(i) = share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
        }
        return values;
    }();
    return table.at(channel);
}

double luminance(const Colour& colour) {
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

Colour mixed(const Colour& from, const Colour& to, double share) {
    const auto channel = [share](unsigned char a, unsigned char b) {
        return static_cast<unsigned char>(std::lround(a + (b - a) * share));
    };
    return {channel(from.red, to.red), channel(from.green, to.green), channel(from.blue, to.blue)};
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
    if (text.size() != 7 || text.front() != '#') return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), value, 16);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return Colour{static_cast<unsigned char>(value >> 16U), static_cast<unsigned char>(value >> 8U),
                  static_cast<unsigned char>(value)};
}

std::string to_text(const Colour& colour) {
    return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

double contrast(const Colour& a, const Colour& b) {
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

Colour ink_on(const Colour& background) {
    const Colour better = contrast(white, background) >= contrast(dark_ink, background) ? white : dark_ink;
    return contrast(better, background) >= readable_contrast ? better : black;
}

Colour readable_on(const Colour& colour, const Colour& background) {
    constexpr int steps = 50;
    const Colour target = luminance(background) > 0.18 ? black : white;
    for (int step = 0; step < steps; ++step) {
        const Colour moved = mixed(colour, target, static_cast<double>(step) / steps);
        if (contrast(moved, background) >= readable_contrast) return moved;
    }
    return target;
}

}  // namespace paperround::email

#include "email/css/css_colour.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace paperround::email {

namespace {

// Word writes `windowtext` for black.
constexpr std::array colour_names = std::to_array<std::pair<std::string_view, unsigned>>({
    {"aliceblue", 0xF0F8FF},
    {"antiquewhite", 0xFAEBD7},
    {"aqua", 0x00FFFF},
    {"aquamarine", 0x7FFFD4},
    {"azure", 0xF0FFFF},
    {"beige", 0xF5F5DC},
    {"bisque", 0xFFE4C4},
    {"black", 0x000000},
    {"blanchedalmond", 0xFFEBCD},
    {"blue", 0x0000FF},
    {"blueviolet", 0x8A2BE2},
    {"brown", 0xA52A2A},
    {"burlywood", 0xDEB887},
    {"cadetblue", 0x5F9EA0},
    {"chartreuse", 0x7FFF00},
    {"chocolate", 0xD2691E},
    {"coral", 0xFF7F50},
    {"cornflowerblue", 0x6495ED},
    {"cornsilk", 0xFFF8DC},
    {"crimson", 0xDC143C},
    {"cyan", 0x00FFFF},
    {"darkblue", 0x00008B},
    {"darkcyan", 0x008B8B},
    {"darkgoldenrod", 0xB8860B},
    {"darkgray", 0xA9A9A9},
    {"darkgreen", 0x006400},
    {"darkgrey", 0xA9A9A9},
    {"darkkhaki", 0xBDB76B},
    {"darkmagenta", 0x8B008B},
    {"darkolivegreen", 0x556B2F},
    {"darkorange", 0xFF8C00},
    {"darkorchid", 0x9932CC},
    {"darkred", 0x8B0000},
    {"darksalmon", 0xE9967A},
    {"darkseagreen", 0x8FBC8F},
    {"darkslateblue", 0x483D8B},
    {"darkslategray", 0x2F4F4F},
    {"darkslategrey", 0x2F4F4F},
    {"darkturquoise", 0x00CED1},
    {"darkviolet", 0x9400D3},
    {"deeppink", 0xFF1493},
    {"deepskyblue", 0x00BFFF},
    {"dimgray", 0x696969},
    {"dimgrey", 0x696969},
    {"dodgerblue", 0x1E90FF},
    {"firebrick", 0xB22222},
    {"floralwhite", 0xFFFAF0},
    {"forestgreen", 0x228B22},
    {"fuchsia", 0xFF00FF},
    {"gainsboro", 0xDCDCDC},
    {"ghostwhite", 0xF8F8FF},
    {"gold", 0xFFD700},
    {"goldenrod", 0xDAA520},
    {"gray", 0x808080},
    {"green", 0x008000},
    {"greenyellow", 0xADFF2F},
    {"grey", 0x808080},
    {"honeydew", 0xF0FFF0},
    {"hotpink", 0xFF69B4},
    {"indianred", 0xCD5C5C},
    {"indigo", 0x4B0082},
    {"ivory", 0xFFFFF0},
    {"khaki", 0xF0E68C},
    {"lavender", 0xE6E6FA},
    {"lavenderblush", 0xFFF0F5},
    {"lawngreen", 0x7CFC00},
    {"lemonchiffon", 0xFFFACD},
    {"lightblue", 0xADD8E6},
    {"lightcoral", 0xF08080},
    {"lightcyan", 0xE0FFFF},
    {"lightgoldenrodyellow", 0xFAFAD2},
    {"lightgray", 0xD3D3D3},
    {"lightgreen", 0x90EE90},
    {"lightgrey", 0xD3D3D3},
    {"lightpink", 0xFFB6C1},
    {"lightsalmon", 0xFFA07A},
    {"lightseagreen", 0x20B2AA},
    {"lightskyblue", 0x87CEFA},
    {"lightslategray", 0x778899},
    {"lightslategrey", 0x778899},
    {"lightsteelblue", 0xB0C4DE},
    {"lightyellow", 0xFFFFE0},
    {"lime", 0x00FF00},
    {"limegreen", 0x32CD32},
    {"linen", 0xFAF0E6},
    {"magenta", 0xFF00FF},
    {"maroon", 0x800000},
    {"mediumaquamarine", 0x66CDAA},
    {"mediumblue", 0x0000CD},
    {"mediumorchid", 0xBA55D3},
    {"mediumpurple", 0x9370DB},
    {"mediumseagreen", 0x3CB371},
    {"mediumslateblue", 0x7B68EE},
    {"mediumspringgreen", 0x00FA9A},
    {"mediumturquoise", 0x48D1CC},
    {"mediumvioletred", 0xC71585},
    {"midnightblue", 0x191970},
    {"mintcream", 0xF5FFFA},
    {"mistyrose", 0xFFE4E1},
    {"moccasin", 0xFFE4B5},
    {"navajowhite", 0xFFDEAD},
    {"navy", 0x000080},
    {"oldlace", 0xFDF5E6},
    {"olive", 0x808000},
    {"olivedrab", 0x6B8E23},
    {"orange", 0xFFA500},
    {"orangered", 0xFF4500},
    {"orchid", 0xDA70D6},
    {"palegoldenrod", 0xEEE8AA},
    {"palegreen", 0x98FB98},
    {"paleturquoise", 0xAFEEEE},
    {"palevioletred", 0xDB7093},
    {"papayawhip", 0xFFEFD5},
    {"peachpuff", 0xFFDAB9},
    {"peru", 0xCD853F},
    {"pink", 0xFFC0CB},
    {"plum", 0xDDA0DD},
    {"powderblue", 0xB0E0E6},
    {"purple", 0x800080},
    {"rebeccapurple", 0x663399},
    {"red", 0xFF0000},
    {"rosybrown", 0xBC8F8F},
    {"royalblue", 0x4169E1},
    {"saddlebrown", 0x8B4513},
    {"salmon", 0xFA8072},
    {"sandybrown", 0xF4A460},
    {"seagreen", 0x2E8B57},
    {"seashell", 0xFFF5EE},
    {"sienna", 0xA0522D},
    {"silver", 0xC0C0C0},
    {"skyblue", 0x87CEEB},
    {"slateblue", 0x6A5ACD},
    {"slategray", 0x708090},
    {"slategrey", 0x708090},
    {"snow", 0xFFFAFA},
    {"springgreen", 0x00FF7F},
    {"steelblue", 0x4682B4},
    {"tan", 0xD2B48C},
    {"teal", 0x008080},
    {"thistle", 0xD8BFD8},
    {"tomato", 0xFF6347},
    {"turquoise", 0x40E0D0},
    {"violet", 0xEE82EE},
    {"wheat", 0xF5DEB3},
    {"white", 0xFFFFFF},
    {"whitesmoke", 0xF5F5F5},
    {"windowtext", 0x000000},
    {"yellow", 0xFFFF00},
    {"yellowgreen", 0x9ACD32},
});
static_assert(std::ranges::is_sorted(colour_names));

constexpr double brightest = 255;

unsigned char channel(double value) {
    return static_cast<unsigned char>(std::lround(std::clamp(value, 0.0, brightest)));
}

Colour colour_of(unsigned rgb) {
    return {static_cast<unsigned char>(rgb >> 16U), static_cast<unsigned char>(rgb >> 8U),
            static_cast<unsigned char>(rgb)};
}

std::optional<CssColour> from_digits(std::string_view digits) {
    std::string full(digits);
    if (digits.size() == 3 || digits.size() == 4) {
        full.clear();
        for (const char digit : digits) full.append(2, digit);
    }
    if (full.size() != 6 && full.size() != 8) return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(full.data(), full.data() + full.size(), value, 16);
    if (error != std::errc() || end != full.data() + full.size()) return std::nullopt;
    if (full.size() == 6) return CssColour{colour_of(value), 1};
    return CssColour{colour_of(value >> 8U), static_cast<double>(value & 0xFFU) / brightest};
}

struct Argument {
    double number = 0;
    bool percent = false;
};

// `1, 2, 3`, `1 2 3 / 50%`.
std::vector<Argument> arguments_of(std::string_view list) {
    std::vector<Argument> found;
    while (!list.empty() && found.size() < 5) {
        if (is_ascii_space(list.front()) || list.front() == ',' || list.front() == '/') {
            list.remove_prefix(1);
            continue;
        }
        Argument argument;
        const auto [end, error] = std::from_chars(list.data(), list.data() + list.size(), argument.number);
        if (error != std::errc() || !std::isfinite(argument.number)) return {};
        list.remove_prefix(static_cast<std::size_t>(end - list.data()));
        argument.percent = list.starts_with('%');
        for (const std::string_view unit : {"%", "deg"})
            if (list.starts_with(unit)) list.remove_prefix(unit.size());
        found.push_back(argument);
    }
    return found;
}

// CSS Color 4, §7.1.
Colour from_hue(double hue, double saturation, double lightness) {
    const double turn = std::fmod(std::fmod(hue, 360) + 360, 360);
    const auto part = [&](double n) {
        const double k = std::fmod(n + turn / 30, 12);
        const double amount = saturation * std::min(lightness, 1 - lightness);
        return channel(brightest * (lightness - amount * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}))));
    };
    return {part(0), part(8), part(4)};
}

std::optional<CssColour> from_function(std::string_view name, std::string_view list) {
    const auto arguments = arguments_of(list);
    if (arguments.size() != 3 && arguments.size() != 4) return std::nullopt;
    CssColour out;
    if (arguments.size() == 4)
        out.opacity = std::clamp(arguments[3].number / (arguments[3].percent ? 100 : 1), 0.0, 1.0);
    if (name == "rgb" || name == "rgba") {
        const auto value = [&](std::size_t i) {
            return channel(arguments[i].percent ? arguments[i].number * brightest / 100
                                                : arguments[i].number);
        };
        out.colour = {value(0), value(1), value(2)};
        return out;
    }
    if (name != "hsl" && name != "hsla") return std::nullopt;
    const auto share = [&](std::size_t i) { return std::clamp(arguments[i].number / 100, 0.0, 1.0); };
    out.colour = from_hue(arguments[0].number, share(1), share(2));
    return out;
}

}  // namespace

std::optional<CssColour> parse_css_colour(std::string_view written) {
    constexpr std::size_t longest = 100;
    if (written.size() > longest) return std::nullopt;
    const std::string text = ascii_lower(trim(written));
    if (text.starts_with('#')) return from_digits(std::string_view(text).substr(1));
    if (text == "transparent") return CssColour{{}, 0};
    if (const auto open = text.find('('); open != std::string::npos) {
        if (!text.ends_with(')')) return std::nullopt;
        return from_function(trim(std::string_view(text).substr(0, open)),
                             std::string_view(text).substr(open + 1, text.size() - open - 2));
    }
    const auto* const found =
        std::ranges::lower_bound(colour_names, text, {}, &std::pair<std::string_view, unsigned>::first);
    if (found == colour_names.end() || found->first != text) return std::nullopt;
    return CssColour{colour_of(found->second), 1};
}

Colour laid_over(const CssColour& colour, const Colour& background) {
    const auto mixed = [&](unsigned char above, unsigned char below) {
        return channel(below + (above - below) * colour.opacity);
    };
    return {mixed(colour.colour.red, background.red), mixed(colour.colour.green, background.green),
            mixed(colour.colour.blue, background.blue)};
}

}  // namespace paperround::email

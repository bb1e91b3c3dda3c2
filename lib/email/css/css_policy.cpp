#include "email/css/css_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/text.hpp"
#include "email/css/css_colour.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_value = 100;

// Sorted. What each may be at most, in pixels or the like; percentages up to a hundred.
constexpr std::array properties = std::to_array<std::pair<std::string_view, double>>({
    {"background-color", 0},
    {"border", 10},
    {"border-bottom", 10},
    {"border-collapse", 0},
    {"border-color", 0},
    {"border-left", 10},
    {"border-radius", 50},
    {"border-right", 10},
    {"border-spacing", 10},
    {"border-style", 0},
    {"border-top", 10},
    {"border-width", 10},
    {"color", 0},
    {"font-style", 0},
    {"font-variant", 0},
    {"font-weight", 900},
    {"list-style-type", 0},
    {"max-width", 600},
    {"padding", 40},
    {"padding-bottom", 40},
    {"padding-left", 40},
    {"padding-right", 40},
    {"padding-top", 40},
    {"text-align", 0},
    {"text-decoration", 10},
    {"text-transform", 0},
    {"vertical-align", 0},
    {"white-space", 0},
    {"width", 600},
});
static_assert(std::ranges::is_sorted(properties));

bool is_word_character(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '%';
}

// A keyword, or a length, number or percentage from 0 up to what is allowed.
bool word_allowed(std::string_view word, double greatest) {
    if (word.empty()) return true;
    if (is_ascii_alpha(word.front()) || word.front() == '#') return true;
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || number < 0) return false;
    const std::string_view unit(end, static_cast<std::size_t>(word.data() + word.size() - end));
    if (unit == "%") return number <= 100;
    if (unit == "em" || unit == "rem") return number * 16 <= greatest;
    return (unit.empty() || unit == "px" || unit == "pt") && number <= greatest;
}

// The colour functions' numbers mean nothing outside of them: they are taken out before words are judged.
bool take_colours(std::string& value) {
    for (auto open = value.find('('); open != std::string::npos; open = value.find('(')) {
        const auto close = value.find(')', open);
        if (close == std::string::npos) return false;
        auto begin = open;
        while (begin > 0 && is_ascii_alpha(value[begin - 1])) --begin;
        const std::string_view name = std::string_view(value).substr(begin, open - begin);
        constexpr std::array<std::string_view, 4> known{"rgb", "rgba", "hsl", "hsla"};
        const std::string_view inside = std::string_view(value).substr(open + 1, close - open - 1);
        const bool numbers = std::ranges::all_of(
            inside, [](char c) { return is_word_character(c) || c == ',' || c == ' ' || c == '/'; });
        if (std::ranges::find(known, name) == known.end() || !numbers) return false;
        value.erase(begin, close + 1 - begin);
    }
    return true;
}

bool value_allowed(std::string_view written, double greatest) {
    std::string value = ascii_lower(written);
    if (value.size() > longest_value || !take_colours(value)) return false;
    const bool plain =
        std::ranges::all_of(value, [](char c) { return is_word_character(c) || c == ' ' || c == '#'; });
    return plain &&
           std::ranges::all_of(split(value, ' '), [&](auto word) { return word_allowed(word, greatest); });
}

// Vertical padding in percent keeps a player's proportions; the player is not there.
bool holds_room(std::string_view property, std::string_view value) {
    return property.starts_with("padding") && property != "padding-left" && property != "padding-right" &&
           value.find('%') != std::string_view::npos;
}

}  // namespace

std::vector<CssDeclaration> allowed_style(const std::vector<CssDeclaration>& style) {
    std::vector<CssDeclaration> allowed;
    for (const CssDeclaration& declaration : style) {
        // The shorthand is most often a colour and nothing else.
        const bool colour_alone = declaration.property == "background" && parse_css_colour(declaration.value);
        std::string_view property = declaration.property;
        if (colour_alone) property = "background-color";
        if (property == "text-decoration-line")
            property = "text-decoration";  // mail programs know the shorthand
        const auto found =
            std::ranges::lower_bound(properties, property, {}, &decltype(properties)::value_type::first);
        if (found == properties.end() || found->first != property) continue;
        if (holds_room(property, declaration.value)) continue;
        if (value_allowed(declaration.value, found->second))
            allowed.push_back({std::string(property), ascii_lower(declaration.value), false});
    }
    return allowed;
}

bool hides(const std::vector<CssDeclaration>& style) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> ways{
        {{"display", "none"}, {"visibility", "hidden"}, {"opacity", "0"}, {"max-height", "0"}}};
    return std::ranges::any_of(style, [&](const CssDeclaration& declaration) {
        const std::string value = ascii_lower(declaration.value);
        return std::ranges::find(ways, std::pair<std::string_view, std::string_view>(declaration.property,
                                                                                     value)) != ways.end();
    });
}

}  // namespace paperround::email

#include "email/css/post_colours.hpp"

#include <algorithm>

#include "email/css/css_colour.hpp"

namespace paperround::email {

namespace {

constexpr int near_black = 0x60;  // each channel at most
constexpr int near_white = 0xC8;  // each at least
constexpr int white_paper = 0xF9;
constexpr double lightest_on_paper = 1.6;  // contrast
// No colour has 4.5 on both papers: this is what one has on either that is as far from both.
constexpr double readable_on_both = 4.05;
constexpr int dim_grey = 0x75;  // too dark for the dark
constexpr int hueless = 0x10;   // so far the channels of a grey differ

struct Range {
    int least;
    int most;
};

Range range_of(const Colour& colour) {
    const auto [least, most] = std::minmax({colour.red, colour.green, colour.blue});
    return {least, most};
}

// What writers took from their own screen, and not to say something.
bool is_plain_text_colour(const Colour& colour) {
    const Range range = range_of(colour);
    // So light a one stood on a picture or a gradient, which does not come along.
    if (contrast(colour, paper) < lightest_on_paper) return true;
    const bool grey = range.most - range.least <= hueless && range.most <= dim_grey;
    return range.most <= near_black || range.least >= near_white || grey;
}

// Moved towards white until it reads as well in the dark as by day.
Colour readable_at_night(const Colour& colour) {
    constexpr int steps = 50;
    for (int step = 0; step < steps; ++step) {
        const Colour moved = laid_over({paper, static_cast<double>(step) / steps}, colour);
        if (contrast(moved, night) >= readable_on_both) return moved;
    }
    return colour;
}

// The background that stays.
std::optional<Colour> ground_of(const std::string& value, const std::optional<Colour>& around) {
    const auto said = parse_css_colour(value);
    if (!said || said->opacity < 0.02) return std::nullopt;
    const Colour seen = laid_over(*said, around.value_or(paper));
    if (!around && range_of(seen).least >= white_paper) return std::nullopt;
    return seen;
}

std::optional<Colour> text_colour(const std::string& value, const std::optional<Colour>& ground) {
    const auto said = parse_css_colour(value);
    if (!said || said->opacity < 0.1) return std::nullopt;
    const Colour seen = laid_over(*said, ground.value_or(paper));
    if (ground) return contrast(seen, *ground) >= visible_contrast ? std::optional(seen) : std::nullopt;
    return is_plain_text_colour(seen) ? std::nullopt : std::optional(readable_at_night(seen));
}

// As it was written, where that is what is meant.
std::string written(const std::string& said, const Colour& colour) {
    const auto parsed = parse_css_colour(said);
    return parsed && parsed->opacity == 1 && parsed->colour == colour ? said : to_text(colour);
}

}  // namespace

Colouring readable_colours(std::vector<CssDeclaration> style, const std::optional<Colour>& around) {
    Colouring out;
    std::optional<std::string> text;
    std::string background;
    for (CssDeclaration& declaration : style) {
        if (declaration.property == "color") {
            text = std::move(declaration.value);
        } else if (declaration.property == "background-color") {
            out.ground = ground_of(declaration.value, around);
            background = std::move(declaration.value);
        } else {
            out.style.push_back(std::move(declaration));
        }
    }
    auto ink = text ? text_colour(*text, out.ground ? out.ground : around) : std::nullopt;
    if (out.ground) {
        if (!ink) ink = ink_on(*out.ground);
        out.ink = ink;
        out.style.push_back({"background-color", written(background, *out.ground), false});
    }
    if (ink) out.style.push_back({"color", written(text.value_or(""), *ink), false});
    return out;
}

}  // namespace paperround::email

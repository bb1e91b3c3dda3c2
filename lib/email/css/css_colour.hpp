// Colours as style sheets write them (CSS Color Level 4, what is in use): names, #rgb, rgb(), hsl(). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "email/css/colour.hpp"

namespace paperround::email {

struct CssColour {
    Colour colour;
    double opacity = 1;  // 0 (transparent) to 1
};

// Nothing for keywords that depend on other elements (`inherit`), and for what is no colour.
[[nodiscard]] std::optional<CssColour> parse_css_colour(std::string_view text);

// What is seen of it on a background.
[[nodiscard]] Colour laid_over(const CssColour& colour, const Colour& background);

}  // namespace paperround::email

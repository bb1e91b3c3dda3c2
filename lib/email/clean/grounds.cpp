#include "email/clean/grounds.hpp"

#include <algorithm>
#include <utility>

#include "email/css/css_colour.hpp"
#include "email/css/css_policy.hpp"
#include "email/css/post_colours.hpp"

namespace paperround::email {

namespace {

std::optional<Colour> colour_said(const std::vector<CssDeclaration>& style) {
    const auto found = std::ranges::find(style, "color", &CssDeclaration::property);
    const auto parsed = found == style.end() ? std::nullopt : parse_css_colour(found->value);
    return parsed ? std::optional(parsed->colour) : std::nullopt;
}

}  // namespace

void Grounds::begin() {
    here_ = around_.empty() ? Ground{} : around_.back();
}

std::vector<CssDeclaration> Grounds::coloured(const std::vector<CssDeclaration>& style) {
    Colouring colouring = readable_colours(allowed_style(style), here_.colour);
    ink_ = colouring.ink;
    if (colouring.ground) here_ = {colouring.ground, colouring.ink};
    if (const auto said = colour_said(colouring.style); said && here_.colour) here_.ink = said;
    return std::move(colouring.style);
}

}  // namespace paperround::email

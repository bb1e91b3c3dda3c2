// A post's own colours, so that they can be read by day and in the dark: what is black on the writer's screen
// is black on black where mail programs turn the paper dark. Pure.
//
// Near-black and near-white text is the template's. Other text keeps its hue, and is made as much brighter as
// the dark needs. A background that stays has a colour beside it that can be read on it; near-white ones, and
// what shines through, go or become what they look like on paper.
#pragma once

#include <optional>
#include <vector>

#include "email/css/colour.hpp"
#include "email/css/css_parser.hpp"

namespace paperround::email {

struct Colouring {
    std::vector<CssDeclaration> style;
    std::optional<Colour> ground;  // the background that the element has of its own
    std::optional<Colour> ink;     // and what its text has on it
};

// `style` is what css_policy.hpp allows; `around`: the background that a post gave to what stands around it.
[[nodiscard]] Colouring readable_colours(std::vector<CssDeclaration> style,
                                         const std::optional<Colour>& around);

}  // namespace paperround::email

// Which of a post's own styles go along: those that carry meaning (emphasis, alignment, what a table or a box
// looks like), in bounds that leave the text where it stands. Layout, fonts and sizes are the template's.
// Pure, constant data.
#pragma once

#include <vector>

#include "email/css/css_parser.hpp"

namespace paperround::email {

// Values name no URL, no function but colours, no negative length, nothing larger than the column.
[[nodiscard]] std::vector<CssDeclaration> allowed_style(const std::vector<CssDeclaration>& style);
// `display: none` and its like: what readers of the page do not see either.
[[nodiscard]] bool hides(const std::vector<CssDeclaration>& style);

}  // namespace paperround::email

// The tree of a formula in TeX, as LaTeX's mathematics has it. For this library's sources only. Pure; bounded
// in depth and size.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "email/formula/mathml_tree.hpp"

namespace paperround::email {

// With the names that MathML has for the parts. Nothing where it holds what one line cannot show (matrices,
// several lines) or a command that is not known.
[[nodiscard]] std::optional<std::vector<MathNode>> tex_tree(std::string_view tex);

}  // namespace paperround::email

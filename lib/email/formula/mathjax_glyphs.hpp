// Formulas that MathJax has drawn with characters of its own font, where it left no MathML beside them: what
// is seen of these stands in a style sheet alone. For this library's sources only. Pure, linear.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// On one line, `n^2`, of what stands within <mjx-container>; empty where that holds MathML, or no such
// characters.
[[nodiscard]] std::string text_of_glyphs(std::string_view content);

}  // namespace paperround::email

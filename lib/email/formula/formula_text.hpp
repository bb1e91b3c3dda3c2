// Formulas in one line: a mail shows no MathML, and its words one after the other would be another formula
// (1/2 would be 12). For this library's sources only. Pure; bounded in depth.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// What the cleaner's first pass makes of a formula is an element of this class, for its second to find.
inline constexpr std::string_view formula_class = "mail-formula";
// The same where a script said it, which stands behind what it was drawn as.
inline constexpr std::string_view formula_source_class = "mail-formula mail-source";

// What stands within <math>: simple formulas as people type them, `1/2 + x^(n+1)`; others by the TeX that
// they were made of, where that is said. `alternative`: the element's alttext, which is TeX as well.
[[nodiscard]] std::string formula_of_mathml(std::string_view content, std::string_view alternative);

// The same of TeX: `1/2`, `∑_(i = 1)^n i`; TeX that one line cannot show stays as it is.
[[nodiscard]] std::string formula_of_tex(std::string_view tex);

// TeX on one line, without what only wraps it.
[[nodiscard]] std::string tidied_tex(std::string_view tex);

}  // namespace paperround::email

// Formulas that a script would have drawn where the page has them in TeX: `\(x^2\)`, `\[ … \]`, `$$ … $$`.
// For this library's sources only. Pure, linear.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// The text with each of them as one line shows it (formula_text.hpp). What only looks like one stays.
[[nodiscard]] std::string with_formulas_read(std::string_view text);

}  // namespace paperround::email

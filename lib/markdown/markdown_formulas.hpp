// Formulas in TeX within Markdown, whose asterisks, underscores and backslashes are the formula's own:
// `$2*3$` is not 23 with a word in italics. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::markdown {

// The formula that `text` begins with, with its marks: `$$ … $$` or `\[ … \]` without a blank line in it,
// `\(…\)` on one line, or `$…$` on one line, with no space within its marks and no digit behind them (so that
// prices are none). Else empty.
[[nodiscard]] std::string_view formula_at(std::string_view text);

// With marks that nothing but a formula has: `\(…\)` for `$…$`.
[[nodiscard]] std::string marked_formula(std::string_view formula);

// So that Markdown takes every sign for itself.
[[nodiscard]] std::string escaped_for_markdown(std::string_view text);

}  // namespace paperround::markdown

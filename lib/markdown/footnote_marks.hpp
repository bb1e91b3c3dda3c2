// What cmark-gfm makes of `[^…]` that is no footnote. Pure, linear.
#pragma once

#include <string>
#include <string_view>

namespace paperround::markdown {

// The Markdown with a backslash before each `[^` whose bracket closes on a later line. The label of a
// footnote has no white space in it, so this one is text; cmark-gfm 0.29 takes its length from its columns,
// and would cut words off, or a character in two. Code stays as it is.
[[nodiscard]] std::string with_plain_brackets(std::string_view markdown);

}  // namespace paperround::markdown

// What a Markdown text may ask of cmark-gfm, judged before it is rendered. cmark completes the missing cells
// of a table (50 KB became 1.5 GB), takes the square of a row's length for it, walks all open blocks for each
// line, and looks back through the marks of a paragraph. Pure, linear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::markdown {

struct MarkdownRefusal {
    std::size_t line = 1;  // 1-based, in the text
    std::string message;   // one line
};

inline constexpr std::size_t most_table_cells = 200'000;  // of all tables together
inline constexpr std::size_t deepest_markdown = 100;      // quotations and lists in one another

// Nothing where the text may be rendered.
[[nodiscard]] std::optional<MarkdownRefusal> refusal_of_markdown(std::string_view text);

}  // namespace paperround::markdown

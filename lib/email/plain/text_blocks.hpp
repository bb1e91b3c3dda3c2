// What elements of cleaned HTML are to a text part: what stands on lines of its own, and how. For this library's
// sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string_view>

namespace paperround::email {

[[nodiscard]] bool begins_a_line(GumboTag tag);
// Blank lines separate it from what is around it. A picture and what is said of it are two lines.
[[nodiscard]] bool stands_apart(const GumboNode& node);
// In a text the link would lead to nothing but what a reader of it does not see.
[[nodiscard]] bool is_whole_picture(const GumboNode& link);
// What underlines a heading of this rank; NUL: nothing does.
[[nodiscard]] char underline_of(GumboTag tag);
// A reading above words may come with the brackets that it has where it stands behind them.
[[nodiscard]] bool has_brackets(const GumboNode& reading);
// `white-space: pre-line` and the like.
[[nodiscard]] bool keeps_lines(const GumboNode& node);
[[nodiscard]] bool is_struck(const GumboNode& node);
// A player's, which stands on a line of its own.
[[nodiscard]] bool is_block_link(const GumboNode& link);
// A check box or a note's number alone: what stands in a block of its own behind it belongs to it.
[[nodiscard]] bool is_mark_of_block(std::string_view text);

}  // namespace paperround::email

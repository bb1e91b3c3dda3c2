// What elements of a web page are, beyond their names. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string_view>
#include <vector>

#include "email/css/css_parser.hpp"

namespace paperround::email {

// A link that a platform shows as a button, where a table may stand.
[[nodiscard]] bool is_button(const GumboNode& link);
// A paragraph that holds such links, a few, and nothing else.
[[nodiscard]] bool holds_buttons_alone(const GumboNode& paragraph);

// A note that stands beside the text on the page, or appears above it: Tufte CSS, Modern Footnotes, xkcd.
[[nodiscard]] bool is_note_beside(const GumboNode& node);
// Only a style sheet keeps its words from those in front of it.
[[nodiscard]] bool joins_name(const GumboNode& node);
// "sup" or "sub" for a <span> that is raised or lowered by its style; else empty.
[[nodiscard]] std::string_view script_of_style(std::string_view element,
                                               const std::vector<CssDeclaration>& style);

// Whether the element holds what may not stand in a paragraph; where it holds very much it does.
[[nodiscard]] bool holds_blocks(const GumboNode& node);
// It shows nothing: no words, no picture, no player.
[[nodiscard]] bool is_blank(const GumboNode& node);

// A link that is a whole card: blocks of words, and no words beside them.
[[nodiscard]] bool is_card_link(const GumboNode& link);
// The line of a card that names it: the first that has words.
[[nodiscard]] bool is_line_of_words(const GumboNode& node);

// In cleaned HTML, which has no elements of their own for these.
[[nodiscard]] bool is_figure(const GumboNode& node);
[[nodiscard]] bool is_caption(const GumboNode& node);

}  // namespace paperround::email

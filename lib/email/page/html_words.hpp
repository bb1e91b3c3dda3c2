// What a site's visitors see of an element, and what it is for: words for screen readers, signs that lead to
// the place where they stand, marks of notes. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "email/css/css_parser.hpp"

namespace paperround::email {

// The class of a recording's title (Ghost).
inline constexpr std::string_view title_of_recording = "kg-audio-title";

// What is hidden until a tab is touched or words are searched for: it is of the article.
[[nodiscard]] bool waits_to_be_shown(const GumboNode& node);

[[nodiscard]] bool has_class(const GumboNode& node, std::string_view name);
// Whether a class of the element holds these letters.
[[nodiscard]] bool class_says(const GumboNode& node, std::string_view part);

// Said to those who do not see the page, and moved out of sight for the others. `style`: what holds for it.
[[nodiscard]] bool is_out_of_sight(const GumboNode& node, const std::vector<CssDeclaration>& style);

// White space folded, up to about `limit` octets; without what is out of sight and what stands for drawings.
[[nodiscard]] std::string words_in(const GumboNode& node, std::size_t limit);
[[nodiscard]] bool has_letters(std::string_view text);

enum class LinkRole {
    plain,
    footnote,     // leads to a note
    note_number,  // stands before a note, and leads to where it belongs
    sign,         // leads to where it stands, or back from a note: of no use in a mail
};
// `base`: the post's link. Linear in what the link holds.
[[nodiscard]] LinkRole role_of_link(const GumboNode& link, std::string_view base);

// Of a heading that is a link to itself.
[[nodiscard]] bool leads_to_own_heading(const GumboNode& link, std::string_view base);

// Nothing is seen of the link, but it says something to screen readers: an icon.
[[nodiscard]] bool is_icon(const GumboNode& link, std::string_view base);

}  // namespace paperround::email

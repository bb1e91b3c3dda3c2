// Check boxes that a style sheet draws, of which nothing but names would be left. For this library's sources
// only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>

namespace paperround::email {

// The sign and a space: of an element that is nothing else (Notion, Font Awesome), or of an <li> that says so
// of itself (Quill, Tiptap, Lexical, Confluence) and has no sign in it. Nothing for other elements.
[[nodiscard]] std::optional<std::string> check_box(const GumboNode& node);

}  // namespace paperround::email

// The numbers of notes. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string>

namespace paperround::email {

// Whether the link, or what it says, is raised by an element around it or within it.
[[nodiscard]] bool is_raised(const GumboNode& link);
// What to write of a link that stands before a note and leads to where that belongs: "1. "
[[nodiscard]] std::string number_of_note(const GumboNode& link);
// Whether the note is a block of its own behind that link: its number is to stand in its first line.
[[nodiscard]] bool note_stands_below(const GumboNode& link);

}  // namespace paperround::email

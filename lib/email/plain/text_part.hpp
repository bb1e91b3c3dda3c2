// HTML as readable text: the text/plain part for people who read mail without pictures. Pure.
//
// Paragraphs are wrapped at 72 terminal columns; headings underlined; lists, quotations and code indented;
// links numbered and listed at the end; images stand as their description in brackets. Typographic characters
// stay. Right-to-left text gets the marks that it needs as lines of plain text (bidi.hpp).
#pragma once

#include <string>

#include "email/clean/clean_html.hpp"
#include "email/plain/text_lines.hpp"

namespace paperround::email {

// Lines end with LF, none has white space at its end; empty where the HTML says nothing. Where it would be
// longer than text_limit it is broken off behind that: refuse the post. What is nested more than 24 columns
// deep stands no further in.
[[nodiscard]] std::string text_of(const CleanHtml& html);

}  // namespace paperround::email

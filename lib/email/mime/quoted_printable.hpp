// Quoted-printable (RFC 2045 §6.7). Pure.
//
// Beyond the RFC's rules: a line never begins with "." or "From ", so that neither a missed dot-stuffing nor
// an mbox can damage it, and a soft line break never stands inside a character.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paperround::email {

// Encodes one line (without its line end) and appends it, soft line breaks within, no line end after it.
// Encoding starts afresh at every hard line break, so lines may be encoded one by one and joined.
void append_quoted_printable_line(std::string& out, std::string_view line);

// A whole text whose lines end with LF; each becomes CRLF.
[[nodiscard]] std::string quoted_printable(std::string_view text);

}  // namespace paperround::email

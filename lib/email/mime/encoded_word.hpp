// Text in header fields: encoded-words (RFC 2047) and folding (RFC 5322 §2.2.3). Pure.
//
// A `column` is the number of octets already on the current line. Results hold no line end at their end,
// break lines only as CRLF SP, and never let a line pass 76 octets, except that one unbreakable address may.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paperround::email {

// The longest line that an encoded-word may stand on (RFC 2047 §2); all header lines keep to it.
inline constexpr std::size_t header_line_limit = 76;

// Header text can't hold line ends or other controls, nor octets that are not UTF-8: controls become spaces,
// and what is not UTF-8 becomes U+FFFD. Header injection ends here.
[[nodiscard]] std::string header_text(std::string_view text);

// `text` as encoded-words of at most 75 octets each, in Q or B, whichever is shorter; no character is split.
[[nodiscard]] std::string encoded_words(std::string_view text, std::size_t column);

// An unstructured value (Subject): plain where it can be, folded at its spaces, else encoded-words.
[[nodiscard]] std::string unstructured(std::string_view text, std::size_t column);

// A display name (RFC 5322 `phrase`): atoms, a quoted-string, or encoded-words.
[[nodiscard]] std::string phrase(std::string_view text, std::size_t column);

// The column after `written` was appended at `column`.
[[nodiscard]] std::size_t column_after(std::string_view written, std::size_t column);

}  // namespace paperround::email

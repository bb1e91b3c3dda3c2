// Makes text from outside (replies, feeds, files, addresses) safe for one line of a terminal or the journal.
// Pure; linear.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

// Valid UTF-8 without control characters (see base/text.hpp), and without the bidirectional embeddings,
// overrides and isolates (U+202A to U+202E, U+2066 to U+2069), which would reorder the rest of the line. Line
// breaks and tabs become spaces.
[[nodiscard]] std::string terminal_text(std::string_view text);

// A JSON text with the same characters written as escapes (RFC 8259 §7), so that nothing is lost.
[[nodiscard]] std::string terminal_json(std::string_view json);

}  // namespace paperround

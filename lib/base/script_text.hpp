// Superscripts and subscripts in plain text, where 10 to the 21 must not become 1021. For this folder's
// sources only. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

enum class Script { super, sub };

// What to write for `label`, raised or lowered behind `before`: `10²¹`, `e^(kt)`, `H₂O`; `16th` and `Fish™`
// stand as they are, and so does small print that belongs to nothing before it. A note's number loses its
// brackets, which are those of the links' numbers.
[[nodiscard]] std::string script_text(Script script, std::string_view label, std::string_view before);

// As script_text writes the number of a note.
[[nodiscard]] bool is_raised_number(std::string_view text);

}  // namespace paperround

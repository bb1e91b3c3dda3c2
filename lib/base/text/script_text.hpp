// Superscripts and subscripts in plain text, where 10 to the 21 must not become 1021. For this folder's
// sources only. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

enum class Script { super, sub };

// How to write `label`, raised or lowered after `before`: `10²¹`, `e^(kt)`, `H₂O`. `16th` and `Fish™` stay as
// they are, and so does small print that does not belong to the text before it. A note's number loses its
// brackets, because numbers of links have brackets.
[[nodiscard]] std::string script_text(Script script, std::string_view label, std::string_view before);

// Whether the text is a note's number as script_text writes it.
[[nodiscard]] bool is_raised_number(std::string_view text);

}  // namespace paperround

// Characters that HTML spells out (`&eacute;`, `&#8217;`). Pure, linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paperround::feed {

// Character references as HTML has them (`&eacute;`, `&#8217;`, `&#146;` for Windows' quote), each decoded
// once. What is no reference stays.
[[nodiscard]] std::string decode_references(std::string_view html);

// Reads a reference at the front of `text` (which begins with `&`). Length 0 where there is none.
struct Reference {
    char32_t value = 0;
    std::size_t length = 0;
};
[[nodiscard]] Reference read_reference(std::string_view text);

// Text that was windows-1252 once and was taken for ISO 8859-1: its controls are typographic characters.
[[nodiscard]] char32_t meant_by(char32_t c);

}  // namespace paperround::feed

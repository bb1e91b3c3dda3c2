// How many columns a text takes on a terminal, or in a mail shown in a monospaced font. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace paperround {

// East Asian wide characters and emoji count two columns, combining marks and variation selectors none, a
// sequence of joined emoji (a family, a skin tone) counts as one emoji. The text is one line of UTF-8.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace paperround

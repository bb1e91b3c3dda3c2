// How many columns of a terminal, or of a mail in a font of equal widths, a text takes. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace paperround {

// East Asian wide characters and emoji count two, combining marks and variation selectors none, emoji that
// are joined (a family, a skin tone) as one. The text is one line of UTF-8.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace paperround

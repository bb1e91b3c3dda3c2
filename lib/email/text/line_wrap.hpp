// Breaking a paragraph into lines by display width. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

// Lines of at most `columns`, as far as words allow: a longer word stands on a line of its own and is never
// cut. Spaces are where lines may break, no-break spaces are not; Chinese and Japanese may break between
// characters, but not before closing or behind opening punctuation. LF in the text always breaks.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace paperround::email

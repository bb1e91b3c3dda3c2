// The characters that HTML has names for (`&eacute;`, `&check;`). Pure.
#pragma once

#include <string_view>

namespace paperround {

// 0 where HTML does not know the name, which stands between "&" and ";", or means two code points by it.
[[nodiscard]] char32_t named_reference(std::string_view name);

}  // namespace paperround

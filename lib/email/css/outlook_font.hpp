// The one font that Outlook for Windows is told of. Pure.
//
// Outlook draws mail with Word, which reads only the first font of a list and shows Times New Roman where
// that one is not installed.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// The first of a CSS font-family's fonts that Windows brings along; else one of its generic kind.
[[nodiscard]] std::string outlook_font(std::string_view font_family);

}  // namespace paperround::email

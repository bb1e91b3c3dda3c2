// WordPress's shortcodes that its feed does not replace, since the plugin or the theme has gone that knew them:
// `[caption …]`, `[embed]…[/embed]`, `[vc_row]`. For this folder's sources only. Pure; linear.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// What only the post's page can show stood here.
inline constexpr std::string_view page_alone_class = "mail-page-alone";

// The HTML with what the known ones mean: a caption is one, a recording is an element, a film an address, a
// gallery an empty <span> of the class above; forms and the marks of page builders go, their words stay. Brackets
// in the middle of a sentence, in code, and of any other name are left as they are.
[[nodiscard]] std::string with_shortcodes_read(std::string_view html);

}  // namespace paperround::email

// Which texts of a mail cannot be read where the mail program shows it dark. Pure; its work is bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

// One line for each pair of colours, at most five. Looks at what the mail itself says of the dark
// (`prefers-color-scheme: dark`); a mail that says nothing is turned dark by each program in its own way, or
// left as it is.
[[nodiscard]] std::vector<std::string> unreadable_in_the_dark(std::string_view html);

}  // namespace paperround::email

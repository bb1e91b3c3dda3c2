// Programs that typeset formulas put several forms of each into the page: one is kept. For this library's
// sources only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>

namespace paperround::email {

// What to write, as text, of an element that holds the forms of one formula; nothing for other elements.
[[nodiscard]] std::optional<std::string> formula_in(const GumboNode& node);

}  // namespace paperround::email

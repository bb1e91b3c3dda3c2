// Mail addresses that Cloudflare hides from robots in a page's HTML: "[email protected]", which its script turns
// back. For this folder's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>

namespace paperround::email {

// Of an element that stands for one.
[[nodiscard]] std::optional<std::string> protected_address(const GumboNode& node);

// Of a link's target, /cdn-cgi/l/email-protection#…
[[nodiscard]] std::optional<std::string> protected_target(std::string_view href);

}  // namespace paperround::email

// Plain text of feeds as HTML. Pure, linear.
#pragma once

#include <string>
#include <string_view>

namespace paperround::feed {

// Plain text as HTML: escaped, with paragraphs at empty lines, breaks at the others, and links where
// addresses (of pages, of mailboxes) stand.
[[nodiscard]] std::string text_to_html(std::string_view text);

}  // namespace paperround::feed

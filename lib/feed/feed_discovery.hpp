// The feed that a web page announces: the first <link rel="alternate"> of a feed's type (the WHATWG's
// "alternate" and every reader's habit). Pure, linear; the first 512 KiB of a page are looked at.
#pragma once

#include <string>
#include <string_view>

namespace paperround::feed {

// Whether a document that is no feed is a page that may announce one.
[[nodiscard]] bool is_web_page(std::string_view text, std::string_view content_type);

// An absolute http or https URL, resolved against the page's <base> and its own address `page_url`; empty
// where none is announced. `html` is valid UTF-8.
[[nodiscard]] std::string announced_feed(std::string_view html, std::string_view page_url);

}  // namespace paperround::feed

// What platforms put into a post for its page, and what says nothing in a mail: rows of buttons to share and
// to like, forms to subscribe or to search, the clocks of players, links to edit a section, advertisements
// for their own app. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string_view>

namespace paperround::email {

// By the class that the platform gives.
[[nodiscard]] bool is_furniture(const GumboNode& node);

// `content` stands in a <form>: whether that asks for an address, a password or words to search for, and says
// little else.
[[nodiscard]] bool is_form_of_page(std::string_view content);

}  // namespace paperround::email

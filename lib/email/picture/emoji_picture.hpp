// Pictures that stand for a character: blogs, forums and chats write emoji as pictures 72 pixels high, and in
// mail their style sheets are missing. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>

namespace paperround::email {

// `url` may be empty, where the picture has no address that mail could show. Nothing where the picture is an
// ordinary one; empty where it is an emoji that no character stands for: then
// it belongs into the line, at the size of the text.
[[nodiscard]] std::optional<std::string> emoji_of(const GumboNode& image, std::string_view url);

}  // namespace paperround::email

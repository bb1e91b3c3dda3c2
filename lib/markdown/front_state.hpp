// Whether a front matter says that its post is not for the public. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "markdown/front_value.hpp"

namespace paperround::markdown {

// `true`, `yes`, `on`, `1` and their contraries.
[[nodiscard]] std::optional<bool> flag_of(std::string_view text);

// The words of a value without the brackets of Obsidian's links: `[[people/Ann|Ann Quay]]` is Ann Quay.
[[nodiscard]] std::string without_link_brackets(std::string_view text);

// The keys that keeps_back() reads, in small letters.
[[nodiscard]] std::span<const std::string_view> keys_that_keep_back();

// A status that is not public, in whatever shape; what Hugo, Eleventy, Docusaurus, Obsidian's publishers and
// others write where a page is to be in no list. A value that is no flag says nothing.
[[nodiscard]] bool keeps_back(const FrontValue& root);

}  // namespace paperround::markdown

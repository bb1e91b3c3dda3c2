// The heading that a Markdown text begins with, which is its title, or says it once more. Pure, linear.
#pragma once

#include <optional>
#include <string_view>

#include "feed/opening_title.hpp"

namespace paperround::markdown {

// `# heading`, one that `====` or `----` underlines, or HTML's <h1>, with comments in front perhaps. What
// other programs write behind it for themselves (`{#name}`, `^name`) is no part of it.
[[nodiscard]] std::optional<feed::OpeningHeading> opening_heading(std::string_view body);

}  // namespace paperround::markdown

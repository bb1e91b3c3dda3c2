// The heading that a Markdown text begins with, which is its title, or says it once more. Pure, linear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::post {

struct OpeningHeading {
    std::string text;  // plain
    std::size_t level = 1;
    std::string_view after;  // the text without it
};

// `# heading`, one that `====` or `----` underlines, or HTML's <h1>, with comments in front perhaps. What
// other programs write behind it for themselves (`{#name}`, `^name`) is no part of it.
[[nodiscard]] std::optional<OpeningHeading> opening_heading(std::string_view body);

// But for case, typography (curly quotes, dashes) and a mark at the end.
[[nodiscard]] bool says_the_same(std::string_view title, std::string_view heading);

// HTML without the heading that it begins with, perhaps within the elements around an article, where that is
// the title once more and something follows.
[[nodiscard]] std::string without_opening_title(std::string html, std::string_view title);

}  // namespace paperround::post

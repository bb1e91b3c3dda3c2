// The heading that HTML begins with, and the title of a post that it repeats there. Pure, linear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::feed {

struct OpeningHeading {
    std::string text;  // plain
    std::size_t level = 1;
    std::string_view after;  // the text behind it
};

// <h1> to <h6>, where one stands at the very front and is closed within 2 000 octets.
[[nodiscard]] std::optional<OpeningHeading> html_heading(std::string_view html);

// `text` from its first word or tag on: white space and comments are passed.
[[nodiscard]] std::string_view behind_comments(std::string_view text);

// Compares without case, typography (curly quotes, dashes) and a mark at the end.
[[nodiscard]] bool says_the_same(std::string_view title, std::string_view heading);

// HTML without the heading that it begins with, perhaps within the elements around an article, where that is
// the title once more and something follows.
[[nodiscard]] std::string without_opening_title(std::string html, std::string_view title);

}  // namespace paperround::feed

// What is a post's subtitle, and what only repeats its beginning or says where it came from. Used inside this
// library. Pure; linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paperround::feed {

inline constexpr std::size_t longest_subtitle = 300;  // octets

// Where a post stands, as far as the words about it refer to that.
struct PostPlace {
    std::string_view title;
    std::string_view link;
    std::string_view site_title;
    std::string_view site_link;
};

// Without the paragraph that plugins put behind a text, "The post X appeared first on Y.", in whatever
// language: its two links lead to the post itself and to the site.
[[nodiscard]] std::string without_source_note(std::string html, const PostPlace& place);

// Plain text of one line; empty where the summary repeats the title or the beginning of the body. `summary`:
// HTML.
[[nodiscard]] std::string subtitle_in(std::string_view summary, std::string_view body,
                                      const PostPlace& place);

// Whether the text only repeats what stands at the beginning of the body.
[[nodiscard]] bool repeats_beginning(std::string_view text, std::string_view body);

}  // namespace paperround::feed

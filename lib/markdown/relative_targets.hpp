// Pictures and links of a post that lead to files beside it. A reader has no file beside the mail, so each
// picture is given another place, or its alternative text takes its own. Pure, linear.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::markdown {

// Neither a URL of any scheme nor a place within the post.
[[nodiscard]] bool is_relative(std::string_view target);

// A picture that lies in the folder of its source: `beside:2026/boats/a%20boat.jpg`, from the folder on. Only
// posts of folders have such a `src`; in a feed it would mean nothing.
[[nodiscard]] std::string beside_reference(std::string_view path);
// The path of such a reference; nothing where it is none.
[[nodiscard]] std::optional<std::string> path_beside(std::string_view reference);

struct TargetRules {
    // For each picture: what takes the place of its `src`, or nothing, where its words take the picture's.
    std::function<std::optional<std::string>(const std::string& src)> picture;
    // For the targets of links, films and sounds, which stay as they are; may be empty.
    std::function<void(const std::string& target)> other;
};
[[nodiscard]] std::string rewrite_targets(std::string_view html, const TargetRules& rules);

}  // namespace paperround::markdown

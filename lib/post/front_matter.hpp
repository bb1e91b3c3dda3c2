// The YAML block between two `---` lines at the top of a Markdown file. Unknown keys are left to other
// programs that read the same files. Limits: 64 KiB, depth 10; aliases and anchors are refused (nobody writes
// them there, and a bomb needs them). Pure; throws nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::post {

struct FrontMatter {
    std::string title;
    std::string subtitle;
    std::string author;
    std::string slug;
    std::string image;
    std::string link;
    std::optional<Time> date;
    std::vector<std::string> tags;
    bool draft = false;
    std::string_view body;      // what follows the block; a view into the text that was read
    std::size_t body_line = 1;  // where it begins
};

struct FrontMatterError {
    std::size_t line;     // 1-based, in the file
    std::string message;  // what was expected, what came
};

// A text that does not begin with `---` has no front matter: all of it is body.
[[nodiscard]] Result<FrontMatter, FrontMatterError> read_front_matter(std::string_view text);

}  // namespace paperround::post

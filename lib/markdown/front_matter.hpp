// The block at the top of a Markdown file: YAML between `---` lines, TOML between `+++` lines, or a JSON
// object. Read are the usual keys of Jekyll, Hugo, Ghost and Obsidian (docs/posts.md has them in a table);
// others are left to the programs that read the same files, and named. A value of a shape that is not
// expected costs its key; one that says when a post may be sent, and cannot be read, costs the post. Limits:
// 64 KiB, depth 10. Pure; throws nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "feed/text/feed_date.hpp"
#include "markdown/front_value.hpp"

namespace paperround::markdown {

struct FrontMatter {
    std::string title;
    std::string subtitle;
    std::string author;
    std::string slug;
    std::string image;
    std::string link;
    std::optional<feed::WrittenDate> date;
    std::optional<feed::WrittenDate> publish;  // not before this; where `date` is missing, it is the date
    std::optional<feed::WrittenDate> expires;  // not from this on
    std::vector<std::string> tags;
    bool draft = false;
    std::vector<std::string> ignored;        // keys that are not read, in small letters
    std::vector<FrontMatterError> problems;  // values that were left out
    std::string_view body;                   // what follows the block; a view into the text that was read
    std::size_t body_line = 1;               // where it begins
};

// A text that begins with none of the three has no front matter: all of it is body.
[[nodiscard]] Result<FrontMatter, FrontMatterError> read_front_matter(std::string_view text);

}  // namespace paperround::markdown

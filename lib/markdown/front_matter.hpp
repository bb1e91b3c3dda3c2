// The block at the top of a Markdown file: YAML between `---` lines, TOML between `+++` lines, or a JSON
// object. Read are the usual keys of Jekyll, Hugo, Ghost and Obsidian (docs/posts.md has them in a table);
// others are left to the programs that read the same files, and named. A value of a shape that is not
// expected costs its key; one that says when a post may be sent, and cannot be read, costs the post. Limits:
// 64 KiB, depth 10. Pure; throws nothing.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "markdown/front_fields.hpp"

namespace paperround::markdown {

// A text that begins with none of the three has no front matter: all of it is body.
[[nodiscard]] Result<FrontMatter, FrontMatterError> read_front_matter(std::string_view text);

}  // namespace paperround::markdown

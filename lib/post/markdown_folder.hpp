// A folder of Markdown files as a source: each `*.md` in it (not below it) is a post. Front matter as in
// post/front_matter.hpp; without a title the first `# heading` is it, without a date or slug those of a file
// name like `2026-11-22-slug.md`. The slug is the post's identity. Drafts, and posts whose date is yet to
// come, are not offered.
//
// A file that cannot be used is a warning with file and line; the others go on. Limits: a file 1 MiB, 10 000
// files. Links that lead out of the folder, and anything but plain files, are not read.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "post/feed_result.hpp"

namespace paperround::post {

// Newest first. An error only where the folder itself cannot be read. Never throws for what is in the folder.
[[nodiscard]] FeedResult read_markdown_folder(const std::filesystem::path& folder, Time now);

struct MarkdownPost {
    Post post;
    bool draft = false;
    std::vector<FeedIssue> warnings;
};
// One file's text; pure. `name` is the file's name, for the messages and for what it says about date and
// slug.
[[nodiscard]] Result<MarkdownPost, FeedIssue> read_markdown_post(std::string_view name,
                                                                 std::string_view text);

}  // namespace paperround::post

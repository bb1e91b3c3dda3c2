// One Markdown file as a post. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "feed/feed_result.hpp"
#include "markdown/front_fields.hpp"

namespace paperround::markdown {

// Where a picture lies that a post names with a relative path (post/picture_folder.hpp has such): its path
// from the folder on, or empty where it can lie nowhere.
using FindPicture = std::function<std::string(std::string_view target)>;

struct MarkdownPost {
    feed::Post post;  // `beside:` (markdown/relative_targets.hpp) is the `src` of pictures that were found
    std::vector<std::string> pictures;  // their paths, each once, in the order in which they are met
    std::string former_id;              // by which it may be known, or empty
    bool draft = false;
    bool empty = false;           // it has nothing to be read, and is no post
    std::optional<Time> publish;  // not before this
    std::optional<Time> expires;  // not from this on
    std::optional<WrittenAfter> after;
    std::vector<std::string> ignored_keys;
    std::vector<feed::FeedIssue> warnings;
};

// `name` is the file's, relative to the source, for the messages and for what it says about date and
// identity; `zone` the IANA name of where dates are that name no zone. Relative pictures follow the post's
// link; without one they are found by `find`, and what is not found is lost, its words aside.
[[nodiscard]] Result<MarkdownPost, feed::FeedIssue> read_markdown_post(std::string_view name,
                                                                       std::string_view text,
                                                                       const std::string& zone = "UTC",
                                                                       const FindPicture& find = {});

}  // namespace paperround::markdown

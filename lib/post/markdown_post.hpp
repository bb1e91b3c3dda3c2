// One Markdown file as a post. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "post/feed_result.hpp"

namespace paperround::post {

struct MarkdownPost {
    Post post;
    std::string former_id;  // by which it may be known, or empty
    bool draft = false;
    bool empty = false;           // it has nothing to be read, and is no post
    std::optional<Time> publish;  // not before this
    std::optional<Time> expires;  // not from this on
    std::vector<std::string> ignored_keys;
    std::vector<FeedIssue> warnings;
};

// `name` is the file's, relative to the source, for the messages and for what it says about date and
// identity; `zone` the IANA name of where dates are that name no zone.
[[nodiscard]] Result<MarkdownPost, FeedIssue> read_markdown_post(std::string_view name, std::string_view text,
                                                                 const std::string& zone = "UTC");

}  // namespace paperround::post

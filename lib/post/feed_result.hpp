// What reading a source once gave: its posts, and what was wrong on the way. A plain value.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "post/post.hpp"

namespace paperround::post {

struct FeedIssue {
    std::string file;        // for a folder: the file's name; for a feed: empty
    std::size_t line = 0;    // 1-based; 0 where it belongs to the whole
    std::size_t column = 0;  // 1-based, in octets; 0 where unknown
    std::string message;     // one line
    bool operator==(const FeedIssue&) const = default;

    // `posts/tuesday.md:3: title: …`, `line 12, column 40: …`
    [[nodiscard]] std::string to_line() const;
};

struct FeedResult {
    std::string title;              // the feed's own title, one line of plain text
    std::string link;               // the site it belongs to, absolute, or empty
    std::vector<std::string> hubs;  // that it names (WebSub), absolute, at most 8
    std::string self;               // the address that it has by its own words, absolute, or empty
    std::vector<Post> posts;        // in the order of the source; ids are unique
    std::vector<FeedIssue> warnings;
    // No usable document: there are no posts, and nothing may be concluded from that.
    std::optional<FeedIssue> error;
    // False where the document ended early: the posts are whole, but more may have followed. Nothing may be
    // concluded from the absence of a post, and a source must not count as known.
    bool complete = true;
};

}  // namespace paperround::post

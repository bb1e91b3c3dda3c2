// What reading a source once gave: its posts, and what was wrong on the way. A plain value.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "feed/post.hpp"

namespace paperround::feed {

struct FeedIssue {
    std::string file;        // for a folder: the file's name; for a feed: empty
    std::size_t line = 0;    // 1-based; 0 where it belongs to the whole
    std::size_t column = 0;  // 1-based, in octets; 0 where unknown
    std::string message;     // one line
    bool operator==(const FeedIssue&) const = default;

    // `posts/tuesday.md:3: title: …`, `line 12, column 40: …`
    [[nodiscard]] std::string to_line() const;
};

// What a source has and does not publish (yet).
struct Unpublished {
    enum class Why { draft, later, expired };
    std::string id;
    std::string title;
    Why why = Why::draft;
    std::optional<Time> time;  // when it will be published, or expired
};

struct FeedResult {
    std::string title;              // the feed's own title, one line of plain text
    std::string link;               // the site it belongs to, absolute, or empty
    std::vector<std::string> hubs;  // that it names (WebSub), absolute, at most 8
    std::string self;               // the address that it has by its own words, absolute, or empty
    std::vector<Post> posts;        // in the order of the source; ids are unique
    std::vector<FeedIssue> warnings;
    // The document is not usable. Then there are no posts, which says nothing about the source.
    std::optional<FeedIssue> error;
    // False if the document ended early. The posts are whole, but more may have followed: a missing post may still be in
    // the source, and the source must not count as known.
    bool complete = true;

    // Of a folder alone:
    bool unsettled = false;  // something in it is still being written: then it is not complete either
    std::vector<Unpublished> unpublished;
    std::optional<Time> next_change;  // when a post's time comes or ends, if nobody touches a file
    std::map<std::string, std::string> former_ids;    // by id: by which it may be known from before
    std::map<std::string, Time> lie_there_since;      // by id, of files that name no date of any kind
    std::map<std::string, std::size_t> ignored_keys;  // of front matter: in how many files
    std::map<std::string, Duration> after;  // by id, of the letters of a series: how long after joining
};

}  // namespace paperround::feed

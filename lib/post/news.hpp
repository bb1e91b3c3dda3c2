// Which of the posts that a source offers and nobody knows are news, by their dates and places. Pure.
//
// Old, and never news: what is dated before the newest date of the first look and stands behind a known post,
// and what is dated longer ago than `max_age`, unless its date lies after the source's last look. Without a
// date the place counts, in feeds alone: behind posts of the first look stands what is old, where the feed
// puts new items first, and what is new where it puts them last. A file without a date that lay in its folder
// at the last look, as it is now, was no post then: it is doubtful. Whatever fits neither is doubtful, and
// waits for a person.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "feed/post.hpp"

namespace paperround::post {

struct OfferedPost {
    const feed::Post* post = nullptr;
    // Of a known post: whether the first look found it, or a later one.
    enum class Since { unknown, first_look, later } since = Since::unknown;
    std::optional<Time> lies_there_since;  // its file, as it is now, where no date of it is still to come
};

struct LookAt {
    Time now;
    std::optional<Time> last_look;
    std::optional<Time> newest_at_first;
    std::optional<Duration> max_age;
    bool whole = true;    // all that the source has; else places say nothing
    bool folder = false;  // its order is that of its dates
};

struct NewsVerdict {
    enum class Age { news, old, doubtful } age = Age::news;
    std::string reason;  // of what is not news
};

// One for each of `offered`, which are in the source's order; those of known posts mean nothing.
[[nodiscard]] std::vector<NewsVerdict> judge_news(std::span<const OfferedPost> offered, const LookAt& look);

}  // namespace paperround::post

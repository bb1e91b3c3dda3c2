// What in a feed that is known does not fit to what it had before. Read-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "post/news.hpp"
#include "post/post.hpp"
#include "post/post_store.hpp"

namespace paperround::post {

// A feed may give one id to each of its posts in turn ("latest", the page of a package): what stands under a
// known id is another post where its link, its title, its words and its date, which lies behind the last
// look, are all others. By the place in the feed: the number of the post that had the id before. An article
// that was edited in all of that at once looks the same, so it is for a person to decide.
[[nodiscard]] std::map<std::size_t, std::int64_t> reused_ids(const PostStore& store, const SourceState& state,
                                                             const FeedResult& feed);

// A feed that shows none of its posts any more, but some that it did not have when it was read last, although
// they are older by more than a day: that of the comments perhaps, under the title of the site. Empty where
// nothing is strange.
[[nodiscard]] std::string why_strange(const PostStore& store, const SourceState& state,
                                      std::span<const OfferedPost> offered);

}  // namespace paperround::post

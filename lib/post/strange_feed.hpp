// What in a feed that is known does not fit to what it had before. Read-only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "feed/post.hpp"
#include "post/news.hpp"
#include "post/post_store.hpp"

namespace paperround::post {

// A post whose id, as its feed has it, is that of another.
struct ReusedId {
    std::int64_t of = 0;      // the post that had it before
    std::string name;         // what the new one is known by instead
    bool same_place = false;  // its link is that of the other as well
};

// A feed may give one id to each of its posts in turn ("latest", the page of a package): what stands under a
// known id is another post where its title, its words and its date, which lies behind the last look, are all
// others; its link may be another too, or the page that shows the latest. An article that was edited in all
// of that at once looks the same, so it is for a person to decide. By the place in the feed.
[[nodiscard]] std::map<std::size_t, ReusedId> reused_ids(const PostStore& store, const SourceState& state,
                                                         const feed::FeedResult& feed);

// A feed that shows none of its posts any more, but some that it did not have when it was read last, although
// they are older by more than a day: that of the comments perhaps, under the title of the site. Empty where
// nothing is strange.
[[nodiscard]] std::string why_strange(const PostStore& store, const SourceState& state,
                                      std::span<const OfferedPost> offered);

}  // namespace paperround::post

// Finds what does not fit to what a known feed had before. Reads the store, writes nothing.
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

// Posts that came under the id of another post, by their place in the feed. A feed may give one id to each of its
// posts in turn ("latest", the page of a package). It is another post if title, words and date all differ and the date
// is later than the last look; the link may differ too. An article that was edited in all of that at once looks the
// same, so a person decides.
[[nodiscard]] std::map<std::size_t, ReusedId> reused_ids(const PostStore& store, const SourceState& state,
                                                         const feed::FeedResult& feed);

// A feed that shows none of its posts any more, but some that it did not have when it was read last, although
// they are older by more than a day: that of the comments perhaps, under the title of the site. Empty where
// nothing is strange.
[[nodiscard]] std::string why_strange(const PostStore& store, const SourceState& state,
                                      std::span<const OfferedPost> offered);

}  // namespace paperround::post

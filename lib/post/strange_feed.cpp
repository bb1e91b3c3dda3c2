#include "post/strange_feed.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "post/post_likeness.hpp"

namespace paperround::post {

namespace {

constexpr double alike_enough = 0.6;

bool is_another(const Post& post, const StoredPost& known) {
    const Post& before = known.post;
    return !known.follows && before.published && before.published != post.published &&
           before.title != post.title && !before.link.empty() &&
           link_key(before.link) != link_key(post.link) && path_key(before.link) != path_key(post.link) &&
           likeness_of(before.html, post.html).of_all < alike_enough;
}

}  // namespace

std::map<std::size_t, std::int64_t> reused_ids(const PostStore& store, const SourceState& state,
                                               const FeedResult& feed) {
    std::map<std::size_t, std::int64_t> reused;
    std::set<std::string_view> ids;
    for (const Post& post : feed.posts) ids.insert(post.id);
    for (std::size_t at = 0; at < feed.posts.size(); ++at) {
        const Post& post = feed.posts[at];
        if (post.link.empty() || ids.contains(post.link) || !post.published) continue;
        const auto id = store.id_of(state.id, post.id);
        if (!id) continue;
        // What was found before stands under its link from then on.
        bool found = store.knows(state.id, post.link);
        if (!found && state.last_look && *post.published > *state.last_look) {
            const auto known = store.find(*id);
            found = known && is_another(post, *known);
        }
        if (found) reused.emplace(at, *id);
    }
    return reused;
}

std::string why_strange(const PostStore& store, const SourceState& state,
                        std::span<const OfferedPost> offered) {
    constexpr Duration slack = std::chrono::hours(24);  // a date may be a day alone
    if (!state.last_look || !store.has_posts(state.id)) return {};
    bool older = false;
    for (const OfferedPost& each : offered) {
        if (each.since != OfferedPost::Since::unknown) return {};
        const auto& published = each.post->published;
        older = older || (published && *published < *state.last_look - slack);
    }
    const auto is_known = [&](const OfferedPost& each) {
        return !store.with_link(state.newsletter, link_key(each.post->link)).empty() ||
               !store.with_text(state.newsletter, text_key(*each.post)).empty();
    };
    if (!older || std::ranges::any_of(offered, is_known)) return {};
    return "the feed has none of the posts any more that it had, and some that are older than its last look";
}

}  // namespace paperround::post

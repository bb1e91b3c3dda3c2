#include "post/strange_feed.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text/date_time.hpp"
#include "post/post_likeness.hpp"

namespace paperround::post {

namespace {

constexpr double alike_enough = 0.6;

bool in_one_place(const feed::Post& post, const feed::Post& before) {
    return link_key(before.link) == link_key(post.link) || path_key(before.link) == path_key(post.link);
}

bool has_other_words(const feed::Post& post, const feed::Post& before, bool same_place) {
    const Likeness likeness = likeness_of(before.html, post.html);
    if (!same_place) return likeness.of_all < alike_enough;
    // What grew is the same still: an article to which its author adds.
    return !before.html.empty() && !post.html.empty() && likeness.of_shorter < alike_enough;
}

bool is_another(const PostStore& store, const SourceState& state, const feed::Post& post,
                const StoredPost& known) {
    const feed::Post& before = known.post;
    if (known.follows || !before.published || before.published == post.published) return false;
    if (before.title == post.title || before.link.empty() != post.link.empty()) return false;
    const bool same_place = in_one_place(post, before);
    if (!has_other_words(post, before, same_place)) return false;
    return !same_place || (store.with_title(state.newsletter, post.title).empty() &&
                           store.with_text(state.newsletter, text_key(post)).empty());
}

// The name of one that took the id later; its date may have been edited since, or its title.
std::string later_name(const PostStore& store, const SourceState& state, const feed::Post& post) {
    const std::string beginning = post.id + " of ";
    std::string dated = beginning + format_rfc3339(*post.published);
    if (store.knows(state.id, dated)) return dated;
    for (const KnownPost& known : store.with_title(state.newsletter, post.title)) {
        if (known.source == state.id && known.external_id.starts_with(beginning)) return known.external_id;
    }
    return {};
}

}  // namespace

std::map<std::size_t, ReusedId> reused_ids(const PostStore& store, const SourceState& state,
                                           const feed::FeedResult& feed) {
    std::map<std::size_t, ReusedId> reused;
    std::set<std::string_view> ids;
    for (const feed::Post& post : feed.posts) ids.insert(post.id);
    for (std::size_t at = 0; at < feed.posts.size(); ++at) {
        const feed::Post& post = feed.posts[at];
        const auto id = post.published ? store.id_of(state.id, post.id) : std::nullopt;
        if (!id) continue;
        // What was found before stands under its other name from then on.
        if (!post.link.empty() && !ids.contains(post.link) && store.knows(state.id, post.link)) {
            reused.emplace(at, ReusedId{*id, post.link, false});
        } else if (const std::string name = later_name(store, state, post); !name.empty()) {
            reused.emplace(at, ReusedId{*id, name, true});
        } else if (state.last_look && *post.published > *state.last_look) {
            const auto known = store.find(*id);
            if (!known || !is_another(store, state, post, *known)) continue;
            const bool same_place = in_one_place(post, known->post) || ids.contains(post.link);
            reused.emplace(
                at, ReusedId{*id, same_place ? post.id + " of " + format_rfc3339(*post.published) : post.link,
                             same_place});
        }
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

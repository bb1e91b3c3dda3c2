#include "post/post_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace paperround::post {

namespace {

// Feeds put the newest first; dates decide where every post has one.
std::vector<const Post*> oldest_first(const std::vector<Post>& posts) {
    std::vector<const Post*> order;
    order.reserve(posts.size());
    std::transform(posts.rbegin(), posts.rend(), std::back_inserter(order),
                   [](const Post& post) { return &post; });
    if (std::ranges::all_of(posts, [](const Post& post) { return post.published.has_value(); })) {
        std::ranges::stable_sort(order, {}, [](const Post* post) { return *post->published; });
    }
    return order;
}

std::string hold_reason(const Likeness& like) {
    if (like.same_link)
        return fmt::format("its link is that of post {}, its content is not", *like.same_link);
    return fmt::format("its content is that of post {}, its link is not", *like.same_content);
}

}  // namespace

void PostIntake::take(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                      const FeedResult& feed, const Offer& offer, IntakeResult& result) {
    follow_embargoed(source, state, feed, offer, result);
    take_posts(newsletter, source, state, feed, offer, result);
}

void PostIntake::mind_embargoes(SourceState& state) const {
    const auto end = store_.next_embargo_end(state.id);
    if (end && state.next_poll) state.next_poll = std::min(*state.next_poll, *end);
}

void PostIntake::follow_embargoed(const config::Source& source, const SourceState& state,
                                  const FeedResult& feed, const Offer& offer, IntakeResult& result) {
    const auto posts = store_.under_embargo(state.id);
    if (posts.empty()) return;
    std::map<std::string_view, const Post*> offered;
    std::optional<std::int64_t> oldest;  // of those offered that are known
    for (const Post& post : feed.posts) {
        offered.emplace(post.id, &post);
        if (const auto id = store_.id_of(state.id, post.id)) oldest = std::min(*id, oldest.value_or(*id));
    }
    for (const StoredPost& stored : posts) {
        const auto found = offered.find(stored.post.id);
        const bool withdrawn = stored.state == PostState::withdrawn;
        if (found != offered.end()) {
            if (withdrawn) {
                store_.forget_withdrawn(stored.id);
            } else if (*found->second != stored.post) {
                store_.replace(stored.id, *found->second);
                ++result.changed;
            }
            continue;
        }
        const bool pushed_off = source.kind == config::SourceKind::feed && !feed.posts.empty() &&
                                oldest.value_or(stored.id + 1) > stored.id;
        // What a hub pushed while the source was being read is not in that reading.
        const bool later = !offer.whole_at || stored.found_at > *offer.whole_at;
        if (withdrawn || !feed.complete || pushed_off || later) continue;
        store_.withdraw(stored.id);
        ++result.withdrawn;
    }
}

void PostIntake::take_posts(const config::Newsletter& newsletter, const config::Source& source,
                            SourceState& state, const FeedResult& feed, const Offer& offer,
                            IntakeResult& result) {
    const auto order = oldest_first(feed.posts);
    result.first = !state.first_polled.has_value();
    const std::size_t back_catalogue =
        result.first ? order.size() - std::min<std::size_t>(order.size(), source.backlog) : 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (store_.knows(state.id, order[i]->id)) continue;
        if (i < back_catalogue) {
            store_.record(state, *order[i], PostState::recorded, {}, clock_.now());
            ++result.recorded;
        } else {
            classify(newsletter, state, *order[i], result);
        }
    }
    if (!result.first) hold_a_flood(source, state, offer, result);
    if (result.first) state.first_polled = clock_.now();
}

// Hubs push posts one by one: what a poll would have found at once comes within the time between two polls.
void PostIntake::hold_a_flood(const config::Source& source, const SourceState& state, const Offer& offer,
                              IntakeResult& result) {
    const std::size_t at_once = offer.whole_at
                                    ? result.ready.size()
                                    : store_.found_ready_since(state.id, clock_.now() - source.every);
    if (result.ready.empty() || at_once <= source.max_new_posts) return;
    const std::string reason =
        fmt::format("{} new posts at once, more than max_new_posts ({})", at_once, source.max_new_posts);
    for (const std::int64_t id : result.ready) store_.hold(id, reason);
    result.held.insert(result.held.end(), result.ready.begin(), result.ready.end());
    result.ready.clear();
}

void PostIntake::classify(const config::Newsletter& newsletter, const SourceState& state, const Post& post,
                          IntakeResult& result) {
    const Time now = clock_.now();
    const Time embargo_until = newsletter.hold > Duration{} ? now + newsletter.hold : Time{};
    const Likeness like = store_.likeness(state.newsletter, post.link, content_fingerprint(post));
    const auto hold = [&](const std::string& reason) {
        result.held.push_back(store_.record(state, post, PostState::held, reason, now, embargo_until));
    };
    if (like.same_both) {
        store_.record(state, post, PostState::recorded, {}, now);
        ++result.recorded;
    } else if (like.same_link || like.same_content) {
        hold(hold_reason(like));
    } else if (newsletter.approve) {
        hold("waits for approval");
    } else {
        result.ready.push_back(store_.record(state, post, PostState::ready, {}, now, embargo_until));
    }
}

}  // namespace paperround::post

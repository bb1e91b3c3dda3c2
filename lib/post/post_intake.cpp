#include "post/post_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "post/news.hpp"
#include "post/post_likeness.hpp"
#include "post/strange_feed.hpp"

namespace paperround::post {

namespace {

constexpr double like_enough = 0.6;
constexpr double part_enough = 0.9;  // of an earlier state of a file

// Why a newsletter that chooses its posts by tags does not send this one; empty where it does.
std::string not_chosen(const config::Newsletter& newsletter, const feed::Post& post) {
    const auto tagged = [&post](const std::string& tag) {
        return std::ranges::any_of(post.tags,
                                   [&tag](const std::string& one) { return ascii_iequals(trim(one), tag); });
    };
    const auto excluded = std::ranges::find_if(newsletter.except, tagged);
    if (excluded != newsletter.except.end()) return fmt::format("its tag \"{}\" is among except", *excluded);
    if (newsletter.only.empty() || std::ranges::any_of(newsletter.only, tagged)) return {};
    return "none of its tags is among only";
}

// Feeds put the newest first; dates decide where every post has one.
std::vector<const feed::Post*> oldest_first(const std::vector<feed::Post>& posts) {
    std::vector<const feed::Post*> order;
    order.reserve(posts.size());
    std::transform(posts.rbegin(), posts.rend(), std::back_inserter(order),
                   [](const feed::Post& post) { return &post; });
    if (std::ranges::all_of(posts, [](const feed::Post& post) { return post.published.has_value(); })) {
        std::ranges::stable_sort(order, {}, [](const feed::Post* post) { return *post->published; });
    }
    return order;
}

bool same_day(const std::optional<Time>& a, const std::optional<Time>& b) {
    return !a || !b || std::chrono::abs(*a - *b) < std::chrono::hours(24);
}

// The words stayed: does the place look like the same, moved?
bool is_moved(const feed::Post& post, const KnownPost& known) {
    if (post.link.empty() || known.link.empty()) return post.link.empty() && known.link.empty();
    if (link_key(post.link) == known.link_key) return true;
    const std::string path = path_key(post.link);
    return !path.empty() && path == path_key(known.link);
}

}  // namespace

// One document, and what was made of it so far.
struct PostIntake::Look {
    const config::Newsletter& newsletter;
    const config::Source& source;
    SourceState& state;
    const feed::FeedResult& feed;
    const Offer& offer;
    IntakeResult& result;
    std::set<std::string> offered;     // ids
    std::map<std::string, int> links;  // how many items have each
    std::vector<std::int64_t> moved;   // recorded because a known post has their words elsewhere
    std::string moved_example;
    std::set<std::string> returned;          // ids of those that had been withdrawn
    std::map<std::string, ReusedId> reused;  // by the names of those that have the id of another
};

void PostIntake::take(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                      const feed::FeedResult& feed, const Offer& offer, IntakeResult& result) {
    const bool may_reuse = state.first_polled && offer.whole_at && source.kind == config::SourceKind::feed;
    const auto reused = may_reuse ? reused_ids(store_, state, feed) : std::map<std::size_t, ReusedId>{};
    std::optional<feed::FeedResult> own;
    if (!reused.empty()) own = feed;
    Look look{newsletter, source, state, own ? *own : feed, offer, result, {}, {}, {}, {}, {}, {}};
    for (const auto& [at, other] : reused) {
        own->posts[at].id = other.name;
        look.reused.emplace(other.name, other);
    }
    for (const feed::Post& post : look.feed.posts) {
        look.offered.insert(post.id);
        if (!post.link.empty()) ++look.links[link_key(post.link)];
    }
    result.first = !state.first_polled.has_value();
    if (!result.first) recognise_moved(look);
    follow_waiting(look);
    if (result.first) {
        take_first(look);
    } else {
        take_later(look);
    }
}

void PostIntake::mind_embargoes(SourceState& state) const {
    const auto end = store_.next_embargo_end(state.id);
    if (end && state.next_poll) state.next_poll = std::min(*state.next_poll, *end);
}

// What its source calls otherwise than before, and is the same to the letter, keeps its row: a post that
// waits is not withdrawn because its file got another name.
void PostIntake::recognise_moved(Look& look) {
    for (const feed::Post& post : look.feed.posts) {
        if (store_.standing(look.state.id, post.id)) continue;
        const auto former = look.feed.former_ids.find(post.id);
        if (former != look.feed.former_ids.end() && !look.offered.contains(former->second)) {
            const auto stored = store_.id_of(look.state.id, former->second);
            const auto known = stored ? store_.find(*stored) : std::nullopt;
            if (known && (same_day(known->post.published, post.published) ||
                          text_key(known->post) == text_key(post))) {
                store_.identify(known->id, post.id);
                continue;
            }
        }
        if (!look.offer.whole_at || !look.feed.complete) continue;
        if (const auto waiting = moved_while_waiting(look, post)) store_.identify(*waiting, post.id);
    }
}

// A post that waits, and that its source has no more under its name: this is it, by its words, or, where it
// was edited as well, by its title and the path of its link.
std::optional<std::int64_t> PostIntake::moved_while_waiting(const Look& look, const feed::Post& post) const {
    const auto may_be = [&](const KnownPost& known) {
        return known.waits && known.source == look.state.id && !look.offered.contains(known.external_id);
    };
    for (const KnownPost& known : store_.with_text(look.state.newsletter, text_key(post))) {
        if (may_be(known)) return known.id;
    }
    const std::string path = path_key(post.link);
    if (path.size() < 2) return std::nullopt;
    for (const KnownPost& known : store_.with_title(look.state.newsletter, post.title)) {
        if (may_be(known) && path_key(known.link) == path) return known.id;
    }
    return std::nullopt;
}

void PostIntake::follow_waiting(Look& look) {
    const auto posts = store_.following(look.state.id);
    if (posts.empty()) return;
    std::map<std::string_view, const feed::Post*> offered;
    Oldest oldest;
    for (const feed::Post& post : look.feed.posts) {
        offered.emplace(post.id, &post);
        if (const auto id = store_.id_of(look.state.id, post.id))
            oldest.id = std::min(*id, oldest.id.value_or(*id));
        oldest.all_dated = oldest.all_dated && post.published;
        if (post.published) oldest.date = std::min(*post.published, oldest.date.value_or(*post.published));
    }
    for (const StoredPost& stored : posts) {
        const auto found = offered.find(stored.post.id);
        if (found == offered.end()) {
            withdraw_or_keep(look, stored, oldest);
        } else if (stored.state == PostState::withdrawn) {
            store_.forget_withdrawn(stored.id);
            look.returned.insert(stored.post.id);
        } else if (*found->second != stored.post) {
            store_.replace(stored.id, *found->second);
            await_pictures(look, *found->second, stored.id);
            ++look.result.changed;
        }
    }
}

// What newer ones push off the end of a feed was not taken back. Where dates are missing, the order in which
// they were found tells which are newer.
void PostIntake::withdraw_or_keep(const Look& look, const StoredPost& stored, const Oldest& oldest) {
    const auto& published = stored.post.published;
    const bool has_older = published && oldest.date && oldest.all_dated ? *oldest.date < *published
                                                                        : oldest.id && *oldest.id < stored.id;
    const bool pushed_off =
        look.source.kind == config::SourceKind::feed && !look.feed.posts.empty() && !has_older;
    // What a hub pushed while the source was being read is not in that reading.
    const bool later = !look.offer.whole_at || stored.found_at > *look.offer.whole_at;
    if (stored.state == PostState::withdrawn || !look.feed.complete || pushed_off || later) return;
    store_.withdraw(stored.id);
    ++look.result.withdrawn;
}

void PostIntake::take_first(Look& look) {
    const auto order = oldest_first(look.feed.posts);
    const Time now = clock_.now();
    const std::size_t back_catalogue =
        order.size() - std::min<std::size_t>(order.size(), look.source.backlog);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& published = order[i]->published;
        if (published && *published <= now)
            look.state.newest_at_first =
                std::max(*published, look.state.newest_at_first.value_or(*published));
        if (store_.knows(look.state.id, order[i]->id)) continue;
        if (i < back_catalogue) {
            store_.record(look.state, *order[i], PostState::recorded, {}, now);
            ++look.result.recorded;
        } else {
            classify(look, *order[i]);
        }
    }
    look.state.first_polled = now;
}

void PostIntake::take_later(Look& look) {
    std::vector<OfferedPost> offered;
    for (const feed::Post& post : look.feed.posts) {
        const auto standing = store_.standing(look.state.id, post.id);
        using enum OfferedPost::Since;
        const auto lies = look.feed.lie_there_since.find(post.id);
        offered.push_back({.post = &post,
                           .since = !standing                                        ? unknown
                                    : standing->found_at <= *look.state.first_polled ? first_look
                                                                                     : later,
                           .lies_there_since = lies == look.feed.lie_there_since.end()
                                                   ? std::nullopt
                                                   : std::optional(lies->second)});
    }
    auto verdicts = judge_news(offered, {.now = clock_.now(),
                                         .last_look = look.state.last_look,
                                         .newest_at_first = look.state.newest_at_first,
                                         .max_age = look.source.max_age,
                                         .whole = look.offer.whole_at.has_value(),
                                         .folder = look.source.kind == config::SourceKind::folder});
    const bool whole_feed = look.offer.whole_at && look.source.kind == config::SourceKind::feed;
    const std::string stranger = whole_feed ? why_strange(store_, look.state, offered) : std::string{};
    std::map<const feed::Post*, NewsVerdict*> verdict_of;
    for (std::size_t i = 0; i < offered.size(); ++i) verdict_of[offered[i].post] = &verdicts[i];
    for (const feed::Post* post : oldest_first(look.feed.posts)) {
        if (store_.knows(look.state.id, post->id)) continue;
        // Whether it is one that waits, under another name, can be told from the whole document alone.
        if (look.offer.whole_at && !look.feed.complete && moved_while_waiting(look, *post)) continue;
        NewsVerdict& verdict = *verdict_of[post];
        if (verdict.age != NewsVerdict::Age::old) {
            doubt_if_strange(look, *post, stranger, verdict);
        } else if (look.returned.contains(post->id)) {
            // It was news once, and nobody has had it.
            verdict = {NewsVerdict::Age::doubtful, "back after it was withdrawn, and " + verdict.reason};
        }
        if (verdict.age == NewsVerdict::Age::news) {
            classify(look, *post);
            continue;
        }
        const bool old = verdict.age == NewsVerdict::Age::old;
        const auto id = store_.record(look.state, *post, old ? PostState::recorded : PostState::held,
                                      old ? std::string{} : verdict.reason, clock_.now());
        if (old) {
            ++look.result.recorded;
            look.result.notes.push_back(fmt::format("post {} \"{}\" is {}: recorded, not to be sent", id,
                                                    post->title, verdict.reason));
        } else {
            look.result.held.push_back(id);
        }
    }
    hold_the_moved(look);
    hold_a_flood(look);
}

void PostIntake::doubt_if_strange(const Look& look, const feed::Post& post, const std::string& stranger,
                                  NewsVerdict& verdict) const {
    const auto reused = look.reused.find(post.id);
    if (reused != look.reused.end()) {
        const auto& [of, name, same_place] = reused->second;
        verdict = {
            NewsVerdict::Age::doubtful,
            same_place
                ? fmt::format("its id and link are those of post {}; title, date and text are others", of)
                : fmt::format("its id is that of post {}, and nothing else of it", of)};
    } else if (!stranger.empty()) {
        verdict = {NewsVerdict::Age::doubtful, stranger};
    }
}

// One that has moved is known. Several at once are perhaps a site that was rebuilt, and perhaps not.
void PostIntake::hold_the_moved(Look& look) {
    if (look.moved.size() < 2) return;
    const std::string reason = fmt::format("{} posts have the words of known ones in another place ({})",
                                           look.moved.size(), look.moved_example);
    for (const std::int64_t id : look.moved) store_.hold(id, reason);
    look.result.recorded -= look.moved.size();
    look.result.held.insert(look.result.held.end(), look.moved.begin(), look.moved.end());
    look.result.notes.push_back(reason + ": held");
}

// Hubs push posts one by one: what a poll would have found at once comes within the time between two polls.
void PostIntake::hold_a_flood(const Look& look) {
    IntakeResult& result = look.result;
    const std::size_t at_once =
        look.offer.whole_at ? result.ready.size()
                            : store_.found_ready_since(look.state.id, clock_.now() - look.source.every);
    if (result.ready.empty() || at_once <= look.source.max_new_posts) return;
    const std::string reason =
        fmt::format("{} new posts at once, more than max_new_posts ({})", at_once, look.source.max_new_posts);
    for (const std::int64_t id : result.ready) store_.hold(id, reason);
    result.held.insert(result.held.end(), result.ready.begin(), result.ready.end());
    result.ready.clear();
}

// Why it may be a known post; empty where nothing says so.
std::string PostIntake::doubt_about(const Look& look, const feed::Post& post) const {
    const std::string key = link_key(post.link);
    // A link that several share (the page of a show) identifies none of them.
    const auto shared = look.links.find(key);
    if (!key.empty() && (shared == look.links.end() || shared->second < 2)) {
        const auto known = store_.with_link(look.state.newsletter, key);
        if (known.size() == 1)
            return fmt::format("its link is that of post {}, its content is not", known.front().id);
    }
    if (const auto known = store_.with_text(look.state.newsletter, text_key(post)); !known.empty())
        return fmt::format("its content is that of post {}, its link is not", known.front().id);
    const std::string path = path_key(post.link);
    for (const KnownPost& known : store_.with_title(look.state.newsletter, post.title)) {
        if (path.size() > 1 && path == path_key(known.link))
            return fmt::format("its title and path are those of post {}", known.id);
        if (!same_day(post.published, known.published) || !post.published != !known.published) continue;
        const auto stored = store_.find(known.id);
        const Likeness likeness = stored ? likeness_of(post.html, stored->post.html) : Likeness{};
        const bool part =
            look.source.kind == config::SourceKind::folder && likeness.of_shorter >= part_enough;
        if (likeness.of_all >= like_enough || part)
            return fmt::format("its title and day are those of post {}, and its text is like it", known.id);
    }
    return {};
}

void PostIntake::classify(Look& look, const feed::Post& post) {
    const Time now = clock_.now();
    const Duration hold = look.newsletter.hold;
    const Time embargo_until = hold > Duration{} ? now + hold : Time{};
    for (const KnownPost& known : store_.with_text(look.state.newsletter, text_key(post))) {
        const bool same_place = post.link.empty() ? known.link.empty() : post.link == known.link;
        // A file beside the one whose words it has is a copy, and for a person.
        const bool copy = known.source == look.state.id && look.offered.contains(known.external_id) &&
                          look.source.kind == config::SourceKind::folder;
        if (copy || !is_moved(post, known)) continue;
        const auto id = store_.record(look.state, post, PostState::recorded, {}, now);
        ++look.result.recorded;
        if (same_place) return;
        look.moved.push_back(id);
        look.moved_example = fmt::format("{} for {}", post.link, known.link);
        return;
    }
    if (const std::string why = not_chosen(look.newsletter, post); !why.empty()) {
        store_.record(look.state, post, PostState::recorded, why, now);
        ++look.result.recorded;
        return;
    }
    std::string doubt = doubt_about(look, post);
    if (doubt.empty() && look.newsletter.approve) doubt = "waits for approval";
    if (doubt.empty()) {
        look.result.ready.push_back(record(look, post, PostState::ready, {}, embargo_until));
    } else {
        look.result.held.push_back(record(look, post, PostState::held, doubt, embargo_until));
    }
}

std::int64_t PostIntake::record(const Look& look, const feed::Post& post, PostState state,
                                const std::string& reason, Time embargo_until) {
    const auto id = store_.record(look.state, post, state, reason, clock_.now(), embargo_until);
    await_pictures(look, post, id);
    return id;
}

void PostIntake::await_pictures(const Look& look, const feed::Post& post, std::int64_t id) {
    const bool has_some = !post.image.empty() || ascii_lower(post.html).find("<img") != std::string::npos;
    if (look.newsletter.fetch_pictures && has_some) pictures_.await(id, clock_.now() + picture_patience);
}

}  // namespace paperround::post

#include "post/poller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

namespace paperround::post {

namespace {

using namespace std::chrono_literals;
using Kind = SourceReading::Kind;

constexpr Duration longest_back_off = 6h;
constexpr Duration longest_retry_after = 24h;

Duration back_off(Duration every, unsigned failures) {
    const Duration most = std::max(every, longest_back_off);
    Duration interval = std::max<Duration>(every, 1s);
    for (unsigned i = 0; i < failures && interval < most; ++i) interval *= 2;
    return std::min(interval, most);
}

// When a source is due. A time further off than any poll is ever put is the mark of a clock that was wrong.
Time due_at(const std::optional<SourceState>& state, const config::Source& source, Time now) {
    if (!state || !state->next_poll) return now;
    const Duration plausible = std::max<Duration>(source.every, longest_retry_after) * 2;
    return *state->next_poll > now + plausible ? now : *state->next_poll;
}

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

Poller::Poller(db::Database& database, net::HttpClient& http, const Clock& clock, Random& random)
    : database_(database), store_(database), http_(http), clock_(clock), random_(random) {}

PollResult Poller::poll(const config::Newsletter& newsletter, const config::Source& source) {
    PollResult result;
    const auto known = store_.find_source(newsletter.name, source.location);
    if (known && known->gone) {
        result.kind = Kind::gone;
        result.error = known->last_error;
        return result;
    }
    config::Source asked = source;
    if (known && !known->permanent_url.empty()) asked.location = known->permanent_url;
    const Time asked_at = clock_.now();
    const SourceReading reading =
        read_source(asked, known ? known->validators : Validators{}, http_, asked_at);

    db::Transaction transaction(database_);
    SourceState state = store_.source(newsletter.name, source.location);
    result.kind = reading.kind;
    if (reading.kind == Kind::failed || reading.kind == Kind::gone) {
        fail(source, state, reading, result);
    } else {
        succeed(newsletter, source, state, reading, result);
        settle_embargoes(state, asked_at);
    }
    result.next_poll = state.next_poll;
    store_.save(state);
    transaction.commit();
    return result;
}

void Poller::succeed(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                     const SourceReading& reading, PollResult& result) {
    result.warnings = reading.feed.warnings;
    if (reading.kind == Kind::fresh) {
        if (!state.first_polled && !reading.feed.complete) {
            SourceReading cut = reading;
            cut.kind = result.kind = Kind::failed;
            cut.error = fmt::format("{}: the feed ends early; a source is not taken up from half a feed{}",
                                    source.location,
                                    result.warnings.empty() ? "" : ": " + result.warnings.front().to_line());
            return fail(source, state, cut, result);
        }
        follow_embargoed(source, state, reading.feed, result);
        take_posts(newsletter, source, state, reading.feed, result);
        // Half a feed must be fetched again, whatever its ETag.
        state.validators = reading.feed.complete ? reading.validators : Validators{};
    }
    if (reading.permanent_url && *reading.permanent_url != state.permanent_url) {
        state.permanent_url = result.moved_to = *reading.permanent_url;
    }
    state.failures = 0;
    state.last_error.clear();
    state.next_poll = clock_.now() + jittered(source.every);
}

void Poller::fail(const config::Source& source, SourceState& state, const SourceReading& reading,
                  PollResult& result) {
    result.error = reading.error;
    state.last_error = reading.error;
    const bool was_moved = !state.permanent_url.empty();
    if (reading.kind == Kind::gone && !was_moved) {
        state.gone = true;
        state.next_poll.reset();
        return;
    }
    if (was_moved) {
        // Perhaps the move was a mistake: the next poll asks the configured place, unconditionally.
        result.kind = Kind::failed;
        state.permanent_url.clear();
        state.validators = {};
    }
    ++state.failures;
    Duration wait = jittered(back_off(source.every, state.failures));
    if (reading.retry_after) wait = std::max(wait, std::min(*reading.retry_after, longest_retry_after));
    state.next_poll = clock_.now() + wait;
}

// What the source still had when it was asked stands once its time is over; the next end is not slept
// through.
void Poller::settle_embargoes(SourceState& state, Time asked_at) {
    store_.end_embargoes(state.id, asked_at);
    const auto end = store_.next_embargo_end(state.id);
    if (end && state.next_poll) state.next_poll = std::min(*state.next_poll, *end);
}

void Poller::follow_embargoed(const config::Source& source, const SourceState& state, const FeedResult& feed,
                              PollResult& result) {
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
        if (withdrawn || !feed.complete || pushed_off) continue;
        store_.withdraw(stored.id);
        ++result.withdrawn;
    }
}

void Poller::take_posts(const config::Newsletter& newsletter, const config::Source& source,
                        SourceState& state, const FeedResult& feed, PollResult& result) {
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
    if (!result.first && result.ready.size() > source.max_new_posts) {
        const std::string reason = fmt::format("{} new posts at once, more than max_new_posts ({})",
                                               result.ready.size(), source.max_new_posts);
        for (const std::int64_t id : result.ready) store_.hold(id, reason);
        result.held.insert(result.held.end(), result.ready.begin(), result.ready.end());
        result.ready.clear();
    }
    if (result.first) state.first_polled = clock_.now();
}

void Poller::classify(const config::Newsletter& newsletter, const SourceState& state, const Post& post,
                      PollResult& result) {
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

Duration Poller::jittered(Duration interval) {
    const double factor = 0.9 + 0.2 * random_.fraction();
    return Duration(static_cast<std::int64_t>(static_cast<double>(interval.count()) * factor));
}

std::vector<DueSource> Poller::due_sources(const config::Settings& settings, Time now) const {
    std::vector<DueSource> due;
    for (const auto& newsletter : settings.newsletters) {
        for (const auto& source : newsletter.sources) {
            const auto state = store_.find_source(newsletter.name, source.location);
            if (state && state->gone) continue;
            if (due_at(state, source, now) <= now) due.push_back({&newsletter, &source});
        }
    }
    return due;
}

std::optional<Time> Poller::next_due(const config::Settings& settings, Time now) const {
    std::optional<Time> next;
    for (const auto& newsletter : settings.newsletters) {
        for (const auto& source : newsletter.sources) {
            const auto state = store_.find_source(newsletter.name, source.location);
            if (state && state->gone) continue;
            const Time at = due_at(state, source, now);
            next = next ? std::min(*next, at) : at;
        }
    }
    return next;
}

}  // namespace paperround::post

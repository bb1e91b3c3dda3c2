#include "post/poller.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "base/address/url.hpp"
#include "post/letter_store.hpp"
#include "post/post_likeness.hpp"
#include "websub/websub_timing.hpp"

namespace paperround::post {

namespace {

using namespace std::chrono_literals;
using Kind = SourceReading::Kind;

constexpr Duration longest_back_off = 6h;
constexpr Duration longest_retry_after = 24h;
constexpr Duration after_gone = 24h;
constexpr Duration until_settled = 2s;

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

}  // namespace

Poller::Poller(db::Database& database, net::HttpClient& http, const Clock& clock, Random& random)
    : database_(database),
      store_(database),
      websub_(database),
      intake_(store_, PictureStore(database), clock),
      http_(http),
      clock_(clock),
      random_(random) {}

PollResult Poller::poll(const config::Newsletter& newsletter, const config::Source& source,
                        const std::stop_token& stop) {
    PollResult result;
    const auto known = store_.find_source(newsletter.name, source.location);
    const Time asked_at = clock_.now();
    const SourceReading reading = read_within_memory(newsletter, source, known, asked_at);
    if (stop.stop_requested()) throw net::Cancelled();

    db::Transaction transaction(database_);
    SourceState state = store_.source(newsletter.name, source.location);
    // A hub, say, asked for another poll while this one read.
    const bool wanted_again = known && known->next_poll && !state.next_poll;
    result.kind = reading.kind;
    if (reading.kind == Kind::failed || reading.kind == Kind::gone) {
        fail(source, state, reading, result);
    } else {
        succeed(newsletter, source, state, reading, asked_at, result);
        end_embargoes(state, asked_at);
        if (wanted_again) state.next_poll.reset();
    }
    result.next_poll = state.next_poll;
    store_.save(state);
    transaction.commit();
    return result;
}

SourceReading Poller::read_within_memory(const config::Newsletter& newsletter, const config::Source& source,
                                         const std::optional<SourceState>& known, Time now) const {
    try {
        return read(newsletter, source, known, now);
    } catch (const std::bad_alloc&) {
        SourceReading failed;
        failed.error = source.location + ": reading it needs more memory than there is";
        return failed;
    }
}

SourceReading Poller::read(const config::Newsletter& newsletter, const config::Source& source,
                           const std::optional<SourceState>& known, Time now) const {
    const Validators validators = known ? known->validators : Validators{};
    if (source.kind == config::SourceKind::folder)
        return read_folder(source.location, validators, now, newsletter.schedule.zone,
                           source.letters ? FolderOf::letters : FolderOf::posts);
    if (!known) return read_feed(source.location, {}, http_);
    const bool moved = !known->permanent_url.empty();
    // A page that led to the feed may lead to where that is now.
    FeedLook look{.known = validators, .first = !known->first_polled || (known->announced && !moved)};
    // The place that it has moved to was on the internet, and has to be still.
    if (moved && !known->moved_inside) look.reach = net::Reach::public_only;
    return read_feed(moved ? known->permanent_url : source.location, look, http_);
}

void Poller::succeed(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                     const SourceReading& reading, Time asked_at, PollResult& result) {
    if (reading.kind == Kind::fresh) {
        result.unsettled = reading.feed.unsettled;
        state.next_poll = clock_.now() + until_settled;
        if (const auto why = refusal_of(source, state, reading); !why.empty()) {
            SourceReading refused = reading;
            refused.kind = result.kind = Kind::failed;
            refused.error = why;
            return fail(source, state, refused, result);
        }
        // Files that are still being written would be news at the second look.
        if (!state.first_polled && result.unsettled) return;
        take(newsletter, source, state, reading, asked_at, result);
    }
    if (!result.unsettled) state.next_poll = clock_.now() + jittered(interval(newsletter, source));
    follow_move(state, reading, result);
    state.failures = 0;
    state.gone = false;
    state.last_error.clear();
    state.last_look = asked_at;
}

// Why a document is none of this source, although it is a feed.
std::string Poller::refusal_of(const config::Source& source, SourceState& state,
                               const SourceReading& reading) {
    const feed::FeedResult& feed = reading.feed;
    if (!state.first_polled) {
        if (feed.complete || feed.unsettled) return {};
        return fmt::format("{}: the feed ends early; a source is not taken up from half a feed{}",
                           source.location,
                           feed.warnings.empty() ? "" : ": " + feed.warnings.front().to_line());
    }
    if (source.kind != config::SourceKind::feed || feed.posts.empty() || !store_.has_posts(state.id))
        return {};
    const bool knows_one = std::ranges::any_of(feed.posts, [&](const feed::Post& post) {
        return store_.knows(state.id, post.id) ||
               !store_.with_link(state.newsletter, link_key(post.link)).empty() ||
               !store_.with_text(state.newsletter, text_key(post)).empty();
    });
    if (knows_one) return {};
    if (reading.permanent_url && *reading.permanent_url != state.permanent_url) {
        // It has moved for good, to what was never seen: that is looked at for the first time.
        state.first_polled.reset();
        return {};
    }
    if (state.title.empty() || feed.title.empty() || feed.title == state.title) return {};
    return fmt::format(
        "{}: another feed stands in its place: \"{}\", which knows none of the posts of \"{}\"",
        source.location, feed.title, state.title);
}

void Poller::take(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                  const SourceReading& reading, Time asked_at, PollResult& result) {
    if (source.letters) return take_letters(state, reading, asked_at, result);
    config::Source asked = source;
    // What stands where a source has moved to is no news, whatever was to be sent of its first look.
    if (state.last_look) asked.backlog = 0;
    intake_.take(newsletter, asked, state, reading.feed, {.whole_at = asked_at}, result);
    result.warnings = store_.note_warnings(state.id, reading.feed.warnings);
    store_.note_unpublished(state.id, reading.feed.unpublished);
    if (!result.first && result.ready.size() + result.held.size() + result.recorded > 0)
        websub_.note_missing_push(newsletter.name, source.location);
    if (reading.feed.complete) announce_hub(newsletter, source, state, reading.announced);
    // Half a feed must be fetched again, whatever its ETag.
    state.validators = reading.feed.complete ? reading.validators : Validators{};
    if (!reading.feed.title.empty()) state.title = reading.feed.title;
}

void Poller::take_letters(SourceState& state, const SourceReading& reading, Time asked_at,
                          PollResult& result) {
    // Of half a folder it cannot be told which letters are gone.
    if (!reading.feed.complete) return;
    LetterStore(database_).take(state, reading.feed, asked_at);
    if (!state.first_polled) state.first_polled = asked_at;
    result.warnings = store_.note_warnings(state.id, reading.feed.warnings);
    store_.note_unpublished(state.id, reading.feed.unpublished);
    state.validators = reading.validators;
}

void Poller::follow_move(SourceState& state, const SourceReading& reading, PollResult& result) {
    if (!reading.permanent_url || *reading.permanent_url == state.permanent_url) return;
    state.permanent_url = result.moved_to = *reading.permanent_url;
    state.announced = reading.from_page || state.announced;
    state.moved_inside = reading.announced.local;
}

// A feed that has moved from the internet to a local address names no local hub.
void Poller::announce_hub(const config::Newsletter& newsletter, const config::Source& source,
                          const SourceState& state, websub::HubAnnouncement announced) {
    const auto configured = parse_url(source.location);
    const bool moved = !state.permanent_url.empty();
    announced.local = announced.local && (!moved || (configured && is_loopback(configured->host)));
    websub_.announce(newsletter.name, source.location, announced);
}

void Poller::fail(const config::Source& source, SourceState& state, const SourceReading& reading,
                  PollResult& result) {
    result.error = reading.error;
    state.last_error = reading.error;
    const bool was_moved = !state.permanent_url.empty();
    if (reading.kind == Kind::gone && !was_moved) {
        state.gone = true;
        state.next_poll = clock_.now() + after_gone;
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
void Poller::end_embargoes(SourceState& state, Time asked_at) {
    store_.end_embargoes(state.id, asked_at);
    intake_.mind_embargoes(state);
}

// A feed that a hub pushes is polled slowly, and when the lease ends at the latest.
Duration Poller::interval(const config::Newsletter& newsletter, const config::Source& source) const {
    const Time now = clock_.now();
    const auto pushed_until = websub_.pushed_until(newsletter.name, source.location, now);
    if (!pushed_until) return source.every;
    return std::min(websub::poll_interval_while_pushed(source.every),
                    std::max(source.every, Duration(*pushed_until - now)));
}

Duration Poller::jittered(Duration interval) {
    const double factor = 0.9 + 0.2 * random_.fraction();
    return Duration(static_cast<std::int64_t>(static_cast<double>(interval.count()) * factor));
}

std::vector<DueSource> Poller::due_sources(const config::Settings& settings, Time now) const {
    std::vector<std::pair<Time, DueSource>> waiting;
    for (const auto& newsletter : settings.newsletters) {
        for (const config::Source* source : newsletter.all_sources()) {
            const auto state = store_.find_source(newsletter.name, source->location);
            // One that is wanted at once, by a hub say, comes first; one that was never read waits its turn.
            const bool wanted = state && state->first_polled && !state->next_poll;
            const Time at = wanted ? Time::min() : due_at(state, *source, now);
            if (at <= now) waiting.emplace_back(at, DueSource{&newsletter, source});
        }
    }
    std::ranges::stable_sort(waiting, {}, &std::pair<Time, DueSource>::first);
    std::vector<DueSource> due;
    due.reserve(waiting.size());
    for (const auto& [at, source] : waiting) due.push_back(source);
    return due;
}

std::optional<Time> Poller::next_due(const config::Settings& settings, Time now) const {
    std::optional<Time> next;
    for (const auto& newsletter : settings.newsletters) {
        for (const config::Source* source : newsletter.all_sources()) {
            const auto state = store_.find_source(newsletter.name, source->location);
            const Time at = due_at(state, *source, now);
            next = next ? std::min(*next, at) : at;
        }
    }
    return next;
}

}  // namespace paperround::post

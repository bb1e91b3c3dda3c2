// Polls sources and decides which of their posts are new.
//
// What is on disk: a poll's posts, its validators and the time of the next poll commit together; a crash
// before that is as if the poll had not been. Reading happens before the transaction, so a slow site holds no
// lock.
//
// What is new (promise 4): the first whole reading of a source only records what is there, but for the newest
// `backlog`. Later, a known id is the same post, edited or not. An unknown id whose link and content one
// known post of the newsletter has is that post again: recorded. If only the link or only the content is
// known it is held, since either a site was rebuilt or a post was rewritten, and a person can tell. More than
// `max_new_posts` at once: all held. So is every new post of a newsletter that wants to approve them.
//
// With `hold` a new post is under embargo for that time: each poll compares it with what the source has now,
// withdraws it where it is gone and replaces it where it has changed; one that is back after that is new. A
// poll at the embargo's end is what ends it. A post that newer ones pushed off a feed's end was not
// withdrawn, nor is anything by half a feed.
//
// What is retried: any failure, after the interval doubled with each failure in a row, at most 6 hours (or
// the interval, where that is longer) ± 10 %, and not before Retry-After (at most a day). What is permanent:
// 410. Where a 301 led is remembered; if that place is gone later, the configured one is asked again.
// A page that announces a feed is treated as if it had moved there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "net/http_client.hpp"
#include "post/post_store.hpp"

namespace paperround::post {

struct PollResult {
    SourceReading::Kind kind = SourceReading::Kind::failed;
    bool first = false;               // this was the first whole reading: the back catalogue was recorded
    std::vector<std::int64_t> ready;  // posts to be mailed, oldest first
    std::vector<std::int64_t> held;   // posts that wait for a person
    std::size_t recorded = 0;         // posts recorded silently
    std::size_t withdrawn = 0;        // posts under embargo that are gone
    std::size_t changed = 0;          // posts under embargo that were replaced
    std::vector<FeedIssue> warnings;  // what was wrong with a feed that could be used all the same
    std::string error;                // failed, gone: one line
    std::optional<Time> next_poll;    // unset: never (gone)
    std::string
        moved_to;  // this poll learnt that the source is elsewhere: moved for good, or announced by a page
};

struct DueSource {
    const config::Newsletter* newsletter;  // both live in the Settings that were asked
    const config::Source* source;
};

// Belongs to the thread of its Database, which it does not own; no more than the HTTP client, the clock and
// the randomness. Throws db::Error; everything else is in the result.
class Poller {
  public:
    Poller(db::Database& database, net::HttpClient& http, const Clock& clock, Random& random);

    // Polls now, due or not; a source that is gone is not asked.
    [[nodiscard]] PollResult poll(const config::Newsletter& newsletter, const config::Source& source);

    [[nodiscard]] std::vector<DueSource> due_sources(const config::Settings& settings, Time now) const;
    // When the next source is due (perhaps in the past); nothing where all are gone, or there is none.
    [[nodiscard]] std::optional<Time> next_due(const config::Settings& settings, Time now) const;

  private:
    void take_posts(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                    const FeedResult& feed, PollResult& result);
    void classify(const config::Newsletter& newsletter, const SourceState& state, const Post& post,
                  PollResult& result);
    void follow_embargoed(const config::Source& source, const SourceState& state, const FeedResult& feed,
                          PollResult& result);
    void settle_embargoes(SourceState& state, Time asked_at);
    void fail(const config::Source& source, SourceState& state, const SourceReading& reading,
              PollResult& result);
    void succeed(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                 const SourceReading& reading, PollResult& result);
    [[nodiscard]] Duration jittered(Duration interval);

    db::Database& database_;
    PostStore store_;
    net::HttpClient& http_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace paperround::post

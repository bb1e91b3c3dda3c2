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
//
// The WebSub hub that a feed names is noted with its posts; post/websub_subscriber.hpp subscribes. While the
// hub pushes, polls are the net below it: at least an hour apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "net/http_client.hpp"
#include "post/post_intake.hpp"
#include "post/post_store.hpp"
#include "post/websub_store.hpp"

namespace paperround::post {

struct PollResult : IntakeResult {
    SourceReading::Kind kind = SourceReading::Kind::failed;
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
    [[nodiscard]] SourceReading read(const config::Source& source, const std::optional<SourceState>& known,
                                     Time now) const;
    void settle_embargoes(SourceState& state, Time asked_at);
    void fail(const config::Source& source, SourceState& state, const SourceReading& reading,
              PollResult& result);
    void announce_hub(const config::Newsletter& newsletter, const config::Source& source,
                      const SourceState& state, HubAnnouncement announced);
    void succeed(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                 const SourceReading& reading, Time asked_at, PollResult& result);
    [[nodiscard]] Duration interval(const config::Newsletter& newsletter, const config::Source& source) const;
    [[nodiscard]] Duration jittered(Duration interval);

    db::Database& database_;
    PostStore store_;
    WebSubStore websub_;
    PostIntake intake_;
    net::HttpClient& http_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace paperround::post

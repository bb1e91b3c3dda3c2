// Polls sources and decides which of their posts are new.
//
// What is on disk: a poll's posts, its validators and the time of the next poll commit together; a crash
// before that is as if the poll had not been. Reading happens before the transaction, so a slow site holds no
// lock.
//
// What is new (promise 4): the first whole reading of a source only records what is there, but for the newest
// `backlog`. Later, a known id is the same post, edited or not. What is older than what is known is recorded
// (post/news.hpp), and so is a known post in another place: its words under another scheme, domain or
// tracking parameter, or in a renamed file; several at once are held. Held is also what only has a known
// post's link, words, or title, day and most of its text, since a person can tell. More than `max_new_posts`
// at once: all held. So is every new post of a newsletter that wants to approve them.
//
// What has not been mailed follows its source: each poll compares it with what the source has now, withdraws
// it where it is gone and replaces it where it has changed; one that is back after that is new. What a person
// approved stands. With `hold` a new post is under embargo for that time, and a poll at its end is what ends
// it. A post that newer ones pushed off a feed's end was not withdrawn, nor is anything by half a feed.
//
// What stays a feed: after the first look a page in its place, or a feed that knows none of its posts and
// calls itself otherwise, is a failure. One that a permanent redirect leads to and that knows none of them is
// looked at for the first time.
//
// What is retried: any failure, after the interval doubled with each failure in a row, at most 6 hours (or
// the interval, where that is longer) ± 10 %, and not before Retry-After (at most a day); 410 once a day.
// Where a 301 led is remembered; if that place is gone later, the configured one is asked again. A page that
// announces a feed at the first look is treated as if it had moved there. A folder in which a file is still
// being written is looked at again after two seconds.
//
// The WebSub hub that a feed names is noted with its posts; post/websub_subscriber.hpp subscribes. While the
// hub pushes, polls are the net below it: at least an hour apart.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "net/http_client.hpp"
#include "post/post_intake.hpp"
#include "post/post_store.hpp"
#include "websub/websub_store.hpp"

namespace paperround::post {

struct PollResult : IntakeResult {
    SourceReading::Kind kind = SourceReading::Kind::failed;
    std::vector<feed::FeedIssue> warnings;  // what was wrong with a feed that could be used all the same
    std::string error;                      // failed, gone: one line
    std::optional<Time> next_poll;
    // Files are still being written. They were not taken, and the source is read again soon.
    bool unsettled = false;
    // Where the source is, if this poll learnt that it is elsewhere: it moved for good, or a page announced it.
    std::string moved_to;
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

    // Polls now, due or not. Throws net::Cancelled where `stop` came before anything was stored: a stop waits
    // for no other polls' commits, and what was read is read again.
    [[nodiscard]] PollResult poll(const config::Newsletter& newsletter, const config::Source& source,
                                  const std::stop_token& stop = {});

    // The source that has waited longest comes first. So a source that takes long, and is due again at once, holds up
    // no other.
    [[nodiscard]] std::vector<DueSource> due_sources(const config::Settings& settings, Time now) const;
    // When the next source is due (perhaps in the past); nothing where there is none.
    [[nodiscard]] std::optional<Time> next_due(const config::Settings& settings, Time now) const;

  private:
    // Reading that runs out of memory fails for this source alone.
    [[nodiscard]] SourceReading read_within_memory(const config::Newsletter& newsletter,
                                                   const config::Source& source,
                                                   const std::optional<SourceState>& known, Time now) const;
    [[nodiscard]] SourceReading read(const config::Newsletter& newsletter, const config::Source& source,
                                     const std::optional<SourceState>& known, Time now) const;
    [[nodiscard]] std::string refusal_of(const config::Source& source, SourceState& state,
                                         const SourceReading& reading);
    void take(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
              const SourceReading& reading, Time asked_at, PollResult& result);
    void take_letters(SourceState& state, const SourceReading& reading, Time asked_at, PollResult& result);
    static void follow_move(SourceState& state, const SourceReading& reading, PollResult& result);
    void end_embargoes(SourceState& state, Time asked_at);
    void fail(const config::Source& source, SourceState& state, const SourceReading& reading,
              PollResult& result);
    void announce_hub(const config::Newsletter& newsletter, const config::Source& source,
                      const SourceState& state, websub::HubAnnouncement announced);
    void succeed(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
                 const SourceReading& reading, Time asked_at, PollResult& result);
    [[nodiscard]] Duration interval(const config::Newsletter& newsletter, const config::Source& source) const;
    [[nodiscard]] Duration jittered(Duration interval);

    db::Database& database_;
    PostStore store_;
    websub::WebSubStore websub_;
    PostIntake intake_;
    net::HttpClient& http_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace paperround::post

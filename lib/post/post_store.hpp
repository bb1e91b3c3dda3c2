// The tables of sources and posts: the only SQL of this folder. Methods run in the caller's transaction where
// there is one (they begin none themselves), so that a poll's posts and its ETag, or a mailing and its posts,
// commit together. Belongs to the thread of its Database; failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock_jump.hpp"
#include "base/result.hpp"
#include "db/database.hpp"
#include "feed/post.hpp"
#include "post/source_reading.hpp"

namespace paperround::post {

enum class PostState {
    recorded,   // known, never sent: the back catalogue, or another copy of a known post
    ready,      // to be mailed
    held,       // waits for a person, with the reason
    mailed,     // part of a mailing
    skipped,    // a person said no
    withdrawn,  // its source took it back while it was under embargo
    letter,     // a letter of the welcome series, as it was at some time (post/letter_store.hpp)
};
[[nodiscard]] std::string_view to_string(PostState state);
[[nodiscard]] std::optional<PostState> parse_post_state(std::string_view text);

struct StoredPost {
    std::int64_t id = 0;
    std::string newsletter;
    std::int64_t source = 0;
    feed::Post post;
    PostState state = PostState::recorded;
    std::string reason;  // why it is held; else empty
    Time found_at;
    Time embargo_until;    // not to be mailed before; the epoch: at any time
    bool follows = false;  // its source may withdraw or change it until it is mailed
    bool operator==(const StoredPost&) const = default;
};

// What is known about a source, by (newsletter, location as configured).
struct SourceState {
    std::int64_t id = 0;
    std::string newsletter;
    std::string location;
    Validators validators;
    std::string permanent_url;      // where a 301 or 308 led; empty: still at its location
    std::optional<Time> next_poll;  // unset: at once
    unsigned failures = 0;          // in a row
    std::optional<Time>
        first_polled;        // when it was first read whole; before that everything in it is back catalogue
    bool gone = false;       // answered 410: asked once a day
    std::string last_error;  // of the last poll; empty after a good one
    std::string title;       // what the feed calls itself
    std::optional<Time> last_look;  // when it was last read, or said to be unchanged
    // The newest date of what the first look found, dates ahead of it aside.
    std::optional<Time> newest_at_first;
    bool announced = false;     // a page led to permanent_url, and may lead on from it
    bool moved_inside = false;  // permanent_url was not on the internet
    bool operator==(const SourceState&) const = default;
};

// A post of a newsletter, as far as a new one is compared with it.
struct KnownPost {
    std::int64_t id = 0;
    std::int64_t source = 0;
    std::string external_id;
    std::string link;
    std::string link_key;
    std::string text_key;
    std::optional<Time> published;
    bool waits = false;  // it has not been mailed and follows its source
};

// Where a post of a source stands.
struct Standing {
    std::int64_t id = 0;
    Time found_at;
};

// A file or entry that its source has and does not publish (yet).
struct StoredUnpublished {
    std::string newsletter;
    feed::Unpublished what;
};

struct PostFilter {
    std::string newsletter;          // empty: all
    std::optional<PostState> state;  // unset: all
    std::size_t limit = 1000;
};

struct TransitionError {
    enum class Code { not_found, wrong_state };
    Code code;
    std::string message;
};

class PostStore {
  public:
    explicit PostStore(db::Database& database) : database_(database) {}
    // Makes or upgrades the tables of this folder, in transactions of its own.
    static void migrate(db::Database& database);

    [[nodiscard]] std::optional<SourceState> find_source(std::string_view newsletter,
                                                         std::string_view location) const;
    // Made where it is not known yet.
    [[nodiscard]] SourceState source(std::string_view newsletter, std::string_view location);
    void save(const SourceState& source);
    // It is due at once, if it is polled at all; one that is in trouble keeps its back-off.
    void poll_soon(std::string_view newsletter, std::string_view location);

    // Those that answered 410 are due at once.
    void ask_gone_again();

    // How many of its posts were found since then that are to be mailed or were.
    [[nodiscard]] std::size_t found_ready_since(std::int64_t source_id, Time since) const;

    [[nodiscard]] std::optional<StoredPost> find(std::int64_t id) const;
    [[nodiscard]] std::vector<StoredPost> list(const PostFilter& filter) const;  // newest first
    // Those ready whose embargo is over or ends by `embargo_end`, the oldest `limit`, oldest first.
    [[nodiscard]] std::vector<StoredPost> ripe_posts(std::string_view newsletter, Time embargo_end,
                                                     std::size_t limit) const;
    // Of each ready post the end of its embargo, the epoch where it has none; the earliest `limit`.
    [[nodiscard]] std::vector<Time> ready_times(std::string_view newsletter, std::size_t limit) const;

    [[nodiscard]] std::optional<std::int64_t> id_of(std::int64_t source, std::string_view external_id) const;
    [[nodiscard]] bool knows(std::int64_t source, std::string_view external_id) const {
        return id_of(source, external_id).has_value();
    }
    [[nodiscard]] std::optional<Standing> standing(std::int64_t source, std::string_view external_id) const;
    [[nodiscard]] bool has_posts(std::int64_t source) const;
    // Posts of the newsletter with the same words, the same link or the same title, but for those that were
    // withdrawn: at most 20 of each, the newest.
    [[nodiscard]] std::vector<KnownPost> with_text(std::string_view newsletter,
                                                   std::string_view text_key) const;
    [[nodiscard]] std::vector<KnownPost> with_link(std::string_view newsletter,
                                                   std::string_view link_key) const;
    [[nodiscard]] std::vector<KnownPost> with_title(std::string_view newsletter,
                                                    std::string_view title) const;
    // From now on its source calls it so.
    void identify(std::int64_t id, std::string_view external_id);
    // Returns its id. An (source, external id) that is known already is db::Error (constraint).
    std::int64_t record(const SourceState& source, const feed::Post& post, PostState state,
                        std::string_view reason, Time found_at, Time embargo_until = {});
    void hold(std::int64_t id, std::string_view reason);

    // --- A source's posts that it may still withdraw or change, or has withdrawn
    [[nodiscard]] std::vector<StoredPost> following(std::int64_t source) const;  // oldest first
    // As the source now has it; its id stays.
    void replace(std::int64_t id, const feed::Post& post);
    void withdraw(std::int64_t id);
    // It came back, and is a new post.
    void forget_withdrawn(std::int64_t id);
    // What the source still had at `until` may be mailed, if its time is over.
    void end_embargoes(std::int64_t source, Time until);
    [[nodiscard]] std::optional<Time> next_embargo_end(std::int64_t source) const;

    // ready → mailed; false where it was not ready (any more).
    bool mark_mailed(std::int64_t id);
    // --- What a source has said of itself at its last look
    // Takes the place of what it had said; gives those warnings that are new.
    std::vector<feed::FeedIssue> note_warnings(std::int64_t source, std::vector<feed::FeedIssue> warnings);
    void note_unpublished(std::int64_t source, const std::vector<feed::Unpublished>& unpublished);
    [[nodiscard]] std::vector<StoredUnpublished> unpublished(std::string_view newsletter) const;
    [[nodiscard]] std::vector<SourceState> sources() const;
    // As it is configured; empty where there is no such source.
    [[nodiscard]] std::string location_of(std::int64_t source) const;

    // held, skipped, recorded or withdrawn → ready, its embargo over: a person wants it sent as it stands.
    Result<void, TransitionError> approve(std::int64_t id);
    // held or ready → skipped.
    Result<void, TransitionError> skip(std::int64_t id);

    // The clock was set: what waits for its time, waits as long as it would have.
    void follow_clock(const ClockJump& jump);
    // The source is polled at `latest` at the latest, if ever.
    void bound_next_poll(std::string_view newsletter, std::string_view location, Time latest);

  private:
    void doubt_first_looks(const ClockJump& jump);
    [[nodiscard]] TransitionError why_not(std::int64_t id, std::string_view wanted) const;
    db::Database& database_;
};

}  // namespace paperround::post

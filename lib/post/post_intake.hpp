// Which posts of a source are new, and what becomes of them: the rules of promise 4, the same for what a poll
// read and for what a hub pushed. post/poller.hpp has them in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "post/post_store.hpp"

namespace paperround::post {

struct IntakeResult {
    bool first = false;               // this was the first whole reading: the back catalogue was recorded
    std::vector<std::int64_t> ready;  // posts to be mailed, oldest first
    std::vector<std::int64_t> held;   // posts that wait for a person
    std::size_t recorded = 0;         // posts recorded silently
    std::size_t withdrawn = 0;        // posts that waited and are gone
    std::size_t changed = 0;          // posts that waited and were replaced
    std::vector<std::string> notes;   // what is to be said of that: one line each
};

// How much of the source the posts are.
struct Offer {
    // All that the source had when it was asked, at this time; unset: some of it, as it is pushed. From the
    // absence of a post in it nothing may be concluded then.
    std::optional<Time> whole_at;
};

// Works in the caller's transaction, and belongs to the thread of the store. Does not save `state`.
class PostIntake {
  public:
    // Both must outlive it.
    PostIntake(PostStore& store, const Clock& clock) : store_(store), clock_(clock) {}

    void take(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
              const FeedResult& feed, const Offer& offer, IntakeResult& result);
    // The next poll comes no later than the end of the first embargo.
    void mind_embargoes(SourceState& state) const;

  private:
    struct Look;

    void recognise_moved(Look& look);
    void follow_waiting(Look& look);
    void withdraw_or_keep(const Look& look, const StoredPost& stored, std::optional<std::int64_t> oldest);
    void take_first(Look& look);
    void take_later(Look& look);
    void hold_a_flood(const Look& look);
    void hold_the_moved(Look& look);
    void classify(Look& look, const Post& post);
    [[nodiscard]] std::string doubt_about(const Look& look, const Post& post) const;

    PostStore& store_;
    const Clock& clock_;
};

}  // namespace paperround::post

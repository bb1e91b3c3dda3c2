// Which posts of a source are new, and what becomes of them: the rules of promise 4, the same for what a poll
// read and for what a hub pushed. post/poller.hpp has them in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "post/news.hpp"
#include "post/picture_store.hpp"
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
    // When the source was asked, if these are all posts that it had then. Unset if they are only some of them, as in
    // a push: then a missing post may still be in the source.
    std::optional<Time> whole_at;
};

// Works in the caller's transaction, and belongs to the thread of the store. Does not save `state`.
class PostIntake {
  public:
    // Both must outlive it.
    PostIntake(PostStore& store, PictureStore pictures, const Clock& clock)
        : store_(store), pictures_(pictures), clock_(clock) {}

    void take(const config::Newsletter& newsletter, const config::Source& source, SourceState& state,
              const feed::FeedResult& feed, const Offer& offer, IntakeResult& result);
    // The next poll comes no later than the end of the first embargo.
    void mind_embargoes(SourceState& state) const;

  private:
    struct Look;
    // The oldest of what a document offers.
    struct Oldest {
        std::optional<std::int64_t> id;  // the first found, of those that are known
        std::optional<Time> date;
        bool all_dated = true;
    };

    void recognise_moved(Look& look);
    void follow_waiting(Look& look);
    void withdraw_or_keep(const Look& look, const StoredPost& stored, const Oldest& oldest);
    [[nodiscard]] std::optional<std::int64_t> moved_while_waiting(const Look& look,
                                                                  const feed::Post& post) const;
    void take_first(Look& look);
    void take_later(Look& look);
    void doubt_if_strange(const Look& look, const feed::Post& post, const std::string& stranger,
                          NewsVerdict& verdict) const;
    void hold_a_flood(const Look& look);
    void hold_the_moved(Look& look);
    void classify(Look& look, const feed::Post& post);
    [[nodiscard]] std::string doubt_about(const Look& look, const feed::Post& post) const;

    std::int64_t record(const Look& look, const feed::Post& post, PostState state, const std::string& reason,
                        Time embargo_until);
    void await_pictures(const Look& look, const feed::Post& post, std::int64_t id);

    PostStore& store_;
    PictureStore pictures_;
    const Clock& clock_;
};

}  // namespace paperround::post

// What the couriers of one relay share: when the next message may begin, how many of them may hold a session,
// and how many messages a session may carry. The couriers tell it what the relay did; the ledger, which owns
// it, sets the rate and stores what was learned. Thread-safe; it asks nothing of a lock while nothing is
// limited.
//
// A courier holds a place while it takes letters, with a session or without one. There are as many places as
// connections, or fewer where the relay turned some away.
#pragma once

#include <atomic>
#include <condition_variable>
#include <limits>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "queue/limit/token_bucket.hpp"
#include "queue/relay/connection_limit.hpp"
#include "queue/relay/message_limit.hpp"
#include "queue/relay/session_breaks.hpp"

namespace paperround::queue {

class RelayLine {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    RelayLine(const Clock& clock, unsigned connections, unsigned messages)
        : clock_(clock), connections_(connections), messages_(messages) {}

    // --- For couriers

    // Waits for a place; false once closed.
    [[nodiscard]] bool take_place();
    // Gives it up for good: the courier ends. turned_away() and too_many() take it away, too.
    void leave_place();

    // Waits until the rate lets the next message begin; false once closed or paused.
    [[nodiscard]] bool await_turn();
    // The same for so long at most: false, too, where no turn came.
    [[nodiscard]] bool await_turn_for(Duration patience);
    // The same without waiting.
    [[nodiscard]] bool turn_now();

    // A session is being opened; then opened(), turned_away() or neither of them: not_opened().
    void opening();
    void opened();
    // The relay took no further session. True where others work: the courier has lost its place, and its
    // letter goes over one of theirs. False: it is the relay's trouble, as far as anyone can tell.
    [[nodiscard]] bool turned_away(std::string_view words);
    void not_opened();
    // The same where the reason lies on our side. True where others work or are being opened: the courier
    // keeps its place and tries again later. False: the relay is out of reach.
    [[nodiscard]] bool not_opened_here();
    // An open session has ended, for whatever reason.
    void ended();
    // Whether any other session works. Asked where the server may not have noticed yet that one has ended.
    [[nodiscard]] bool others_work() const;
    // A moment's rest; cut short when closed.
    void rest(Duration length);
    // The relay complained that too many sessions are at work, over one whose message began at `begun` and
    // whose last acceptance came at `accepted` (the epoch: none). Sessions hear it in storms: those that are
    // within the limit hear it too while the ones beyond it are still at work, and must not go with them.
    enum class TooMany {
        leave,  // the courier has lost its place: it ends its session, and then says left()
        again,  // sessions have been given up since the message began: it may have been about those
        alone,  // no other session works: it is about something else
    };
    [[nodiscard]] TooMany too_many(std::string_view words, Moment begun, Moment accepted);
    // The session that too_many() told to leave has ended. In place of ended().
    void left();
    // A reply came over a session: it works.
    void answered() { last_answer_.store(steady_now(), std::memory_order_relaxed); }
    // The relay has said what becomes of a message, the session's `number`th.
    void served(unsigned number);
    // A session broke under a message and has ended(). How long its courier rests while the others go on;
    // nothing: it is the relay's trouble.
    [[nodiscard]] std::optional<Duration> broke();
    // The relay is in trouble: every break is its own until it serves again.
    void troubled() { last_served_.store(never, std::memory_order_relaxed); }

    // How many messages a session may carry.
    [[nodiscard]] unsigned messages() const { return messages_now_.load(std::memory_order_relaxed); }
    // A session was ended by the server after so many, or for another reason (0); `said` where it gave that
    // as its reason.
    void used_up(unsigned after, bool said, std::string_view words);

    // No more turns and places: the daemon drains.
    void close();
    // A person has paused the relay: nothing more begins.
    [[nodiscard]] bool paused() const { return paused_.load(std::memory_order_relaxed); }

    // --- For the ledger

    struct Lessons {
        ConnectionLimit connections;
        MessageLimit messages;
    };
    // What stands since it was last taken, where it changed. Not while sessions are being opened or given
    // up: a limit shows only when all have been.
    [[nodiscard]] std::optional<Lessons> news();
    // The news could not be stored.
    void news_again() { changed_ = true; }
    void remember(const Lessons& lessons);
    // So many a second; nothing: as fast as it goes. `closed`: nothing for so long.
    void set_pace(std::optional<double> per_second, Duration closed);
    void set_paused(bool paused);
    [[nodiscard]] unsigned places() const;

  private:
    using Steady = std::chrono::steady_clock;
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min() / 2;
    [[nodiscard]] static std::int64_t steady_now() {
        return std::chrono::duration_cast<Duration>(Steady::now().time_since_epoch()).count();
    }
    [[nodiscard]] bool has_place() const REQUIRES(mutex_);
    [[nodiscard]] unsigned working() const REQUIRES(mutex_) { return open_ - leaving_; }
    [[nodiscard]] bool take_turn() REQUIRES(mutex_);
    [[nodiscard]] bool others_answer() const REQUIRES(mutex_);
    void learn_refusal(unsigned others, std::string_view words) REQUIRES(mutex_);
    void show_messages() REQUIRES(mutex_);

    const Clock& clock_;
    const unsigned connections_;  // as configured
    const unsigned messages_;
    mutable Mutex mutex_;
    std::condition_variable changed_place_;
    std::condition_variable turn_;
    bool closed_ GUARDED_BY(mutex_) = false;
    unsigned places_ GUARDED_BY(mutex_) = 0;   // taken
    unsigned opening_ GUARDED_BY(mutex_) = 0;  // sessions
    unsigned open_ GUARDED_BY(mutex_) = 0;
    unsigned leaving_ GUARDED_BY(mutex_) = 0;  // of these
    Moment left_ GUARDED_BY(mutex_){};         // when the last one was given up
    Moment storm_ GUARDED_BY(
        mutex_){};  // when the message began that was first complained about, with none given up since
    bool turned_away_ GUARDED_BY(mutex_) = false;  // one was, before any other had opened
    std::string turned_away_words_ GUARDED_BY(mutex_);
    Lessons lessons_ GUARDED_BY(mutex_);
    SessionBreaks breaks_ GUARDED_BY(mutex_);
    double per_second_ GUARDED_BY(mutex_) = 0.0;
    TokenBucket bucket_ GUARDED_BY(mutex_);  // on the steady clock
    std::atomic<bool> limited_ = false;
    std::atomic<bool> changed_ = false;
    std::atomic<bool> paused_ = false;
    std::atomic<unsigned> messages_now_{messages_};
    std::atomic<std::int64_t> last_answer_ = 0;
    std::atomic<std::int64_t> last_served_ = never;
    std::atomic<std::uint64_t> served_ = 0;  // messages
    std::atomic<unsigned> carried_ = 0;      // the most that a session has, since one was used up
};

}  // namespace paperround::queue

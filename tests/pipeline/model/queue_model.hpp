// What the queue is supposed to do, said as plainly as possible: mailings, deliveries, relays and readers as maps, no
// database, no indexes, no commits. A history of operations is told to it and to the real queue (queue_world.hpp), and
// after each of them both must be in the same state.
//
// Where the real queue is free, it is asked what it did, and that must be among what is allowed: which of the due
// deliveries it claims, and, where a relay is down and another carries the newsletter, whether what it put off waits for
// that relay. Limits, send windows and runs of equal refusals are left out: they have simulations of their own.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock_jump.hpp"
#include "config/settings.hpp"
#include "queue/admin/queue_control.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/stored_states.hpp"

namespace paperround::test {

// A reader's copy of a mailing: (mailing, reader).
using Copy = std::pair<int, int>;

struct ModelDelivery {
    int number = 0;  // in the order in which they were made
    queue::DeliveryState state = queue::DeliveryState::queued;
    Time due{};
    std::optional<Time> or_due;  // allowed as well
    unsigned attempts = 0;
    unsigned doubts = 0;
    int tries = 0;
    Duration waited{0};
    std::vector<std::pair<Time, queue::OutcomeKind>> log;

    [[nodiscard]] bool waits() const;
    [[nodiscard]] bool open() const { return state <= queue::DeliveryState::held; }
    // Its last attempt may have brought it to its reader.
    [[nodiscard]] bool may_have_arrived() const;
};

struct ModelMailing {
    int newsletter = 0;
    queue::MailingState state = queue::MailingState::scheduled;
    bool or_done = false;  // it may have ended before it was paused, in one commit
    queue::FanOut fan_out = queue::FanOut::under_way;
    Time created{};
    Time not_before{};
    std::string window;  // the breaker's: '.' well, 'm' about the mailbox, 'x' otherwise
    bool tripped = false;
    bool bounces_stand = false;
    std::map<int, ModelDelivery> deliveries;       // by reader
    std::map<Copy, queue::DeliveryState> dropped;  // by what it heard of readers, and as what they waited

    [[nodiscard]] bool active() const {
        return state == queue::MailingState::fanning || state == queue::MailingState::sending;
    }
    [[nodiscard]] bool open() const { return state < queue::MailingState::cancelled; }
    [[nodiscard]] int pending() const;
};

struct ModelSuppression {
    int mailing = 0;  // whose bounce it was; 0: a person's doing
    bool provisional = false;
    bool operator==(const ModelSuppression&) const = default;
};

struct ModelReader {
    std::set<int> reads;  // newsletters
    std::optional<ModelSuppression> suppression;
};

struct ModelRelay {
    bool down = false;
    bool resting = false;
    bool paused = false;
    bool to_be_tried = false;  // a person said so; heard by the next commit, behind what came in
    unsigned failures = 0;
    unsigned doubts = 0;       // in a row
    std::deque<bool> replies;  // true: a doubt
    std::optional<Time> next_attempt;

    void hear(queue::OutcomeKind kind, int code, Time now);
    void restart();
    [[nodiscard]] bool usable() const { return !down && !paused; }
    [[nodiscard]] bool may_try(Time now) const { return !next_attempt || *next_attempt <= now; }

  private:
    void back_off(Duration first, Duration most, Time now);
    [[nodiscard]] bool doubtful() const;
};

// A delivery that the ledger has claimed and that has not come back yet, as it was then.
struct ModelClaim {
    Copy copy;
    unsigned attempts = 0;
    unsigned doubts = 0;
    int tries = 0;
    Duration waited{0};
    int relay = -1;  // -1: nobody has taken it
    bool dot_left = false;
};

struct ModelReport {
    ModelClaim claim;
    queue::OutcomeKind kind{};
    int code = 0;
    std::optional<Duration> retry_after;
};

class QueueModel {
  public:
    QueueModel(const config::Settings& settings, int readers, Time now);

    // --- What people do
    void publish(int newsletter, bool held) { posts_.push_back({newsletter, held}); }
    void approve(int post) { posts_.at(static_cast<std::size_t>(post)).held = false; }
    void schedule(int newsletter, Time not_before);
    void pause(int mailing);
    void resume(int mailing);
    void cancel(int mailing);
    void retry(int mailing, const std::set<queue::DeliveryState>& states);
    void leave(int newsletter, int reader);
    void come_back(int newsletter, int reader);
    void suppress(int reader);
    void lift(int reader) { readers.at(reader).suppression.reset(); }
    void control(queue::QueueAction action, int mailing, bool doubtful);
    void pause_relay(int relay) { relays.at(relay).paused = true; }
    void resume_relay(int relay);
    void bounce(Copy copy);  // a report by mail says that it did not arrive

    // --- What couriers do
    void take(Copy copy, int relay);
    void give_back(Copy copy);
    void send_dot(Copy copy);
    void report(Copy copy, queue::OutcomeKind kind, int code, std::optional<Duration> retry_after);
    // Whether these answers together would be weighed against chance: those have tests of their own.
    [[nodiscard]] bool weighed_against_chance(Copy copy, queue::OutcomeKind kind) const;

    // --- What the daemon does
    // Everything that came in is written, with all that follows. Claims: see allows().
    void write();
    // After write(): these copies are `sending` now. Says what of that is not allowed.
    [[nodiscard]] std::vector<std::string> claimed(const std::set<Copy>& sending, bool claiming);
    void reload();
    void kill();
    // The same where a flight recorder tells what was answered, and whose final dot was out.
    void kill_with_recorder();
    void follow_clock(const ClockJump& jump);

    Time now;
    std::map<int, ModelMailing> mailings;
    std::map<int, ModelReader> readers;
    std::map<int, ModelRelay> relays;
    std::vector<ModelClaim> claims;

    [[nodiscard]] bool reads(int newsletter, int reader) const;
    [[nodiscard]] ModelDelivery* find(Copy copy);
    // With a courier, and not to be finished.
    [[nodiscard]] bool withdrawn(Copy copy);
    [[nodiscard]] std::vector<int> held_posts() const;
    // Somebody works on it or it is not on record yet what became of it.
    [[nodiscard]] bool nothing_open() const { return claims.empty() && inbox_.empty(); }

  private:
    struct Post {
        int newsletter = 0;
        bool held = false;
        bool mailed = false;
    };
    void judge(const ModelReport& report);
    void judge_breaker(ModelMailing& mailing, int number, queue::OutcomeKind kind, bool& believed);
    void apply(const ModelReport& report, ModelDelivery& delivery);
    void put_off(const ModelReport& report, ModelDelivery& delivery, Duration wait) const;
    [[nodiscard]] Duration interval(unsigned failures) const;
    void hear_of_address(Copy copy, queue::OutcomeKind kind);
    void drop_elsewhere(int mailing, int reader);
    void trip(int number);
    void pause_for_fault(ModelMailing& mailing);
    void plan();
    void fan_out(ModelMailing& mailing);
    void confirm();
    void sweep();
    void settle();
    [[nodiscard]] ModelClaim claim_of(Copy copy);
    void begin_mailing(int newsletter, Time not_before);
    void doubt(ModelDelivery& delivery, const ModelClaim& claim);
    [[nodiscard]] bool claimable(const ModelMailing& mailing, const ModelDelivery& delivery) const;
    [[nodiscard]] bool any_relay_usable(int newsletter) const;
    [[nodiscard]] bool all_relays_usable(int newsletter) const;
    [[nodiscard]] std::size_t at_work(int relay) const;
    std::vector<std::string> check_claims(const std::set<Copy>& fresh, std::size_t room);

    const config::Settings& settings_;
    std::map<int, std::set<int>> carriers_;  // of a newsletter: relays
    std::vector<Post> posts_;
    int made_ = 0;  // deliveries
    std::vector<ModelReport> inbox_;
    std::vector<Copy> given_back_;
};

[[nodiscard]] std::string to_string(Copy copy);

}  // namespace paperround::test

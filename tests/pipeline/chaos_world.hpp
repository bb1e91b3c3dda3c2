// The surroundings of a day of chaos (chaos_day.hpp): relays that answer by a script, and what the outside
// world has received, which no crash makes it forget.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "queue/outcome.hpp"
#include "support/seeded_random.hpp"

namespace paperround::test {

// How a try ends, and after what time from its beginning.
struct Fate {
    queue::Outcome outcome;
    bool kept = false;  // the relay accepted the message, even if its reply was lost
    Duration dot{0};    // when the final dot is sent; 0: the try ends before
    Duration answer{0};
};

// What the world has seen of a delivery.
struct Seen {
    int tries = 0;
    int copies = 0;
    int unanswered = 0;          // final dots without a reply
    int counted = 0;             // tries that may count as attempts
    int claimed_at_an_end = 0;   // claims of a process that could not record its outcomes: each is a doubt
    int unknown_copies = 0;      // copies that a restored older database does not know
    std::set<std::string> keys;  // of its Message-IDs
};

// Greylists by reader, leaves some dots unanswered, is down now and then, and has a limit per minute.
class ScriptedRelay {
  public:
    ScriptedRelay(std::uint64_t seed, unsigned per_minute) : seed_(seed), per_minute_(per_minute) {}

    void set_down(bool down) { down_ = down; }
    // From now on it works normally.
    void calm_down() { calm_ = true; }

    // `now` must not decrease.
    [[nodiscard]] Fate judge(std::int64_t delivery, int tries, Duration now) {
        using namespace std::chrono_literals;
        using queue::OutcomeKind;
        SeededRandom own(seed_ ^ (static_cast<std::uint64_t>(delivery) << 20U));
        const bool greylisted = own.fraction() < 0.25 && tries < 1 + static_cast<int>(own.next() % 3);
        SeededRandom lot(own.next() + static_cast<std::uint64_t>(tries) * 7919);
        if (down_ && !calm_)
            return before_dot({.kind = OutcomeKind::relay_trouble, .text = "Connection refused"}, 10ms);
        if (greylisted) {
            return before_dot({.kind = OutcomeKind::deferred,
                               .stage = queue::Stage::rcpt,
                               .code = 451,
                               .enhanced = "4.2.1",
                               .text = "greylisted",
                               .about = queue::About::patience},
                              200ms);
        }
        if (!has_room(now)) {
            return before_dot({.kind = OutcomeKind::relay_slowed,
                               .stage = queue::Stage::mail,
                               .code = 421,
                               .enhanced = "4.7.0",
                               .text = "too many messages, slow down"},
                              50ms);
        }
        const Duration dot(100 + lot.next() % 400);
        if (!calm_ && lot.fraction() < 0.03) {
            return {.outcome = {.kind = OutcomeKind::in_doubt,
                                .stage = queue::Stage::final_dot,
                                .text = "no reply to the final dot"},
                    .kept = lot.fraction() < 0.6,
                    .dot = dot,
                    .answer = dot + 10s};
        }
        // Some answer later than a reload waits.
        const Duration answer = dot + Duration(lot.fraction() < 0.1 ? 5000 : 100);
        return {.outcome = {.kind = OutcomeKind::accepted, .stage = queue::Stage::final_dot, .code = 250},
                .kept = true,
                .dot = dot,
                .answer = answer};
    }

  private:
    static Fate before_dot(queue::Outcome outcome, Duration after) {
        return {.outcome = std::move(outcome), .kept = false, .dot = {}, .answer = after};
    }
    bool has_room(Duration now) {
        if (now - minute_ >= std::chrono::minutes(1)) {
            minute_ = now;
            in_minute_ = 0;
        }
        return ++in_minute_ <= per_minute_;
    }

    std::uint64_t seed_;
    unsigned per_minute_;
    bool down_ = false;
    bool calm_ = false;
    Duration minute_{0};
    unsigned in_minute_ = 0;
};

}  // namespace paperround::test

// Whether a relay is up, and when it may be tried again. A plain value that the ledger keeps per relay and
// stores with the outcomes.
//
// Policy: trouble opens a back-off (5 s, doubling to 5 min); while it lasts, nothing is claimed for the
// relay, and more trouble reported by other connections belongs to the same incident. When it is over, one
// delivery is tried; the first reply that is not trouble ends the incident.
//
// A doubt is a final dot that goes unanswered, or a reply that is out of step (503): it may be chance, and
// the relay goes on. It is the relay's trouble too, or each delivery in turn would be sent twice or put off,
//  - from the third in a row on;
//  - when more than 5 of the last 50 replies were doubts, whatever succeeded between: one in ten is far above
//    what a sound network loses (less than one in a hundred), and few enough that a server which takes mail
//    and does not say so is stopped after six readers rather than after half of the list. While the share
//    stays above that, each further doubt backs off for twice as long: a success lets sending go on, but only
//    clean replies, about as many as the window holds, make the next back-off short again.
// The window is in memory only: a restart begins anew.
//
// A quota that is used up is an incident of its own kind: the relay rests (5 min, doubling to 2 h), and only
// a message that it accepts ends that, since what it says of a recipient says nothing about its quota.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace paperround::queue {

struct RelayHealth {
    unsigned failures = 0;  // back-offs in a row, or since doubts were last few
    std::optional<Time> down_since;
    std::optional<Time> next_attempt;
    std::string reason;        // the relay's words, while it is down
    unsigned doubts = 0;       // in a row
    std::uint64_t window = 0;  // the last replies, the newest in the lowest bit; 1: a doubt
    unsigned replies = 0;      // how many the window holds, at most 50
    bool resting = false;      // what it lets us send in a day or an hour is used up
    bool operator==(const RelayHealth&) const = default;

    // True where this opened or prolonged an incident: worth a line in the daemon's log and a write.
    bool trouble(Time now, const std::string& words);
    // A final dot without a usable reply, or a reply out of step. True as for trouble().
    bool doubt(Time now, const std::string& words);
    // The quota is used up. True as for trouble().
    bool quota(Time now, const std::string& words);
    // True where this ended an incident.
    bool success();
    // A person says that it may be tried at once; whether it is back shows then.
    void try_now() { next_attempt.reset(); }

    // More than a few of the last replies were doubts.
    [[nodiscard]] bool doubtful() const;
    [[nodiscard]] bool up() const { return !down_since; }
    [[nodiscard]] bool may_try(Time now) const { return !next_attempt || *next_attempt <= now; }

  private:
    void remember(bool doubt);
};

}  // namespace paperround::queue

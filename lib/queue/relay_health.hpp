// Whether a relay is up, when it may be tried again, and how long it has been up all told. A plain value that
// the ledger keeps per relay and stores with the outcomes.
//
// Policy: trouble opens a back-off (5 s, doubling to 5 min); while it lasts, nothing is claimed for the
// relay, and more trouble reported by other connections belongs to the same incident. When it is over, one
// delivery is tried; the first reply that is not trouble ends the incident. The time between is down-time: it
// does not age any delivery. Final dots that go unanswered are doubts of their deliveries; from the third in
// a row on they are the relay's trouble too, or each delivery in turn would be sent twice.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace paperround::queue {

struct RelayHealth {
    unsigned failures = 0;  // back-offs in a row
    std::optional<Time> down_since;
    std::optional<Time> next_attempt;
    Duration downtime{0};  // of finished incidents
    std::string reason;    // the relay's words, while it is down
    unsigned doubts = 0;   // in a row; a restart begins anew
    bool operator==(const RelayHealth&) const = default;

    // True where this opened or prolonged an incident: worth a line in the daemon's log and a write.
    bool trouble(Time now, const std::string& words);
    // A final dot without a usable reply. True as for trouble().
    bool doubt(Time now, const std::string& words);
    // True where this ended an incident.
    bool success(Time now);

    [[nodiscard]] bool up() const { return !down_since; }
    [[nodiscard]] bool may_try(Time now) const { return !next_attempt || *next_attempt <= now; }
    // Milliseconds since the epoch less all down-time: only differences of it mean something.
    [[nodiscard]] Duration uptime(Time now) const;
};

}  // namespace paperround::queue

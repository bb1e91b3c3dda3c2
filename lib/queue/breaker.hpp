// A mailing's circuit breaker: trips when too many of its last outcomes are refusals or bounces, which says
// more about the sender or the list than about so many readers. A plain value; its two fields are what is
// stored, so a restart changes nothing. Resuming the mailing begins with an empty window.
//
// It trips when the window holds share × of failures, at least 5 of them: with 20 % of 100, the 20th failure
// within the last 100 outcomes. A mailing with fewer failures never trips it.
#pragma once

#include <cstddef>
#include <string>

#include "config/limits.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

// Whether this kind of outcome counts for a breaker at all: only what says that a reader got the mail, or did
// not for good.
[[nodiscard]] bool concerns_breaker(OutcomeKind kind);
// Nor does an address that we refuse ourselves (no SMTPUTF8 for it, say); a copy that we cannot make (5.6.0)
// does, since the same may be wrong with every copy.
[[nodiscard]] bool concerns_breaker(const Outcome& outcome);

struct Breaker {
    std::string window;  // the last outcomes, the newest at the end: '.' went well, 'x' failed
    bool tripped = false;
    bool operator==(const Breaker&) const = default;

    // True where this outcome trips it. Nothing is counted once it has tripped.
    bool count(OutcomeKind kind, const config::Breaker& settings);
    [[nodiscard]] std::size_t failures() const;
};

}  // namespace paperround::queue

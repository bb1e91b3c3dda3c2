// A mailing's circuit breaker: trips when too many of its last outcomes are refusals or bounces, which says
// more about the sender or the list than about so many readers. A plain value; its two fields are what is
// stored, so a restart changes nothing. Resuming the mailing begins with an empty window.
//
// It trips when the window holds `share` of failures, at least 5 of them: with 20 % of 100, the 20th failure
// within the last 100 outcomes. Where fewer were tried it judges those: 5 failures of 25. An old list has
// dead addresses, so failures about a mailbox trip it only where the usual share of such answers does not
// explain them: where so many in a window have a chance below 0.001 in the whole mailing.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "config/limits.hpp"
#include "queue/outcome.hpp"
#include "queue/policy/refusal_runs.hpp"

namespace paperround::queue {

// Whether this kind of outcome counts for a breaker at all: only what says that a reader got the mail, or did
// not for good.
[[nodiscard]] bool concerns_breaker(OutcomeKind kind);
// Nor does an address that we refuse ourselves (no SMTPUTF8 for it, say); a copy that we cannot make (5.6.0)
// does, since the same may be wrong with every copy.
[[nodiscard]] bool concerns_breaker(const Outcome& outcome);

struct Breaker {
    // The last outcomes, the newest at the end: '.' went well, 'm' failed by words about the mailbox, 'x'
    // failed otherwise.
    std::string window;
    bool tripped = false;
    bool operator==(const Breaker&) const = default;

    // What came before the window, of the mailing and the newsletter's last ones. Asked only where it
    // decides.
    using Before = std::function<MailboxAnswers(const Breaker& breaker)>;

    // True where this outcome trips it. Nothing is counted once it has tripped.
    bool count(const Outcome& outcome, const config::Breaker& settings, const Before& before);
    [[nodiscard]] std::size_t failures() const;
    [[nodiscard]] std::size_t mailbox_failures() const;
};

}  // namespace paperround::queue

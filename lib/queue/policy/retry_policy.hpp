// What follows an outcome: a pure function from (delivery, outcome, settings, now) to the next step. Policy
// in prose:
//
//  - accepted, bounced and refused are final. Greylisting, full mailboxes and other 4yz replies count an
//  attempt and wait
//    for an interval that doubles (5 min … 4 h, ±20 %); a server's "try again in N minutes" is honoured when
//    longer.
//  - The relay's own trouble, a dialogue out of step (503), and a domain that slows us, count no attempt.
//  - A delivery's age, which `give_up_after` bounds, is the sum of the intervals that it was put off for.
//    What it waits beyond them (for a relay that is down or paused, a rate, a backlog, a send window, a
//    person, or a daemon that is off) is our time and not the reader's: whatever happens to us, each reader
//    gets as many tries as on a quiet day.
//  - A relay that asks for less (relay_slowed) gets less: its rate decides when the delivery comes again,
//  which is queued as
//    it was. A quota that is used up is the relay's own trouble.
//  - A doubt (the final dot may have left) is resent once, after an interval; the second doubt waits for a
//  person.
//  - A message or sender that is refused pauses mailings, and its delivery goes back to the queue untouched.
//
// Nothing here does I/O or reads a clock.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

// What the outcome says about the address itself.
enum class AddressVerdict {
    nothing,
    bad_address,        // suppress, provisionally until the mailing has ended well
    maybe_bad_address,  // suppress only when another mailing, days later, hears the same
};

enum class PauseScope { none, mailing, newsletter };

struct Step {
    DeliveryState state = DeliveryState::queued;
    Time due{};            // when it may be claimed again; meaningless in a final state
    Duration waits{0};     // of the time until then, what counts towards giving up
    bool counted = false;  // one more attempt of the recipient's allowance is used up
    bool doubted = false;
    AddressVerdict verdict = AddressVerdict::nothing;
    PauseScope pause = PauseScope::none;
};

// `relay_free`: when the relay is tried again, while it backs off and no other carries the newsletter.
[[nodiscard]] Step next_step(const Delivery& delivery, const Outcome& outcome, const config::Retry& retry,
                             config::OnDoubt on_doubt, std::optional<Time> relay_free, Time now,
                             Random& random);

// The wait after the `failures`-th failure in a row (1 = the first), with jitter.
[[nodiscard]] Duration retry_interval(const config::Retry& retry, unsigned failures, Random& random);

}  // namespace paperround::queue

// A mailing sent again to those who did not get it: its refused, bounced, expired or cancelled deliveries are
// queued again, each only where its reader is still subscribed and not suppressed. Never one that a relay
// accepted, and never one that waits or is in doubt. Attempts are counted from the beginning; doubts are not
// forgotten (promise 2).
//
// Works through the mailing in transactions of at most a few milliseconds each, beside a running daemon. One
// that is cut short has queued some; asking again queues the rest.
#pragma once

#include <cstdint>
#include <set>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/mailing.hpp"

namespace paperround::pipeline {

struct RedeliveryOptions {
    std::set<queue::DeliveryState> states{queue::DeliveryState::refused, queue::DeliveryState::bounced,
                                          queue::DeliveryState::expired, queue::DeliveryState::cancelled};
    // Also those whom this mailing's own bounces suppressed: the operator knows that the addresses are good.
    bool lift_suppressions = false;
};

struct RedeliveryCount {
    std::int64_t queued = 0;
    std::int64_t suppressed = 0;  // left out
    std::int64_t left = 0;        // left out: unsubscribed or removed since
};

class Redelivery {
  public:
    Redelivery(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    // The mailing must exist. One that was done or cancelled is open again afterwards where anything was
    // queued; with `cancelled` among the states, a fan-out that the cancelling broke off goes on.
    RedeliveryCount again(const queue::Mailing& mailing, const RedeliveryOptions& options);

  private:
    std::int64_t chunk(const queue::Mailing& mailing, const RedeliveryOptions& options, std::int64_t after,
                       RedeliveryCount& count);

    db::Database& database_;
    const Clock& clock_;
};

}  // namespace paperround::pipeline

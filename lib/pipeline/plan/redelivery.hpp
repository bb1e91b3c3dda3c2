// Sends a mailing again to those who did not get it: queues its refused, bounced, expired or cancelled
// deliveries again, each only if its reader is still subscribed and not suppressed. Never a delivery that a
// relay accepted and that did not come back, that waits or that is in doubt. Attempts are counted anew; earlier doubts still count.
//
// Works through the mailing in transactions of at most a few milliseconds each, beside a running daemon. If
// it is interrupted, some deliveries are queued; running it again queues the rest.
#pragma once

#include <cstdint>
#include <set>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/mailing.hpp"

namespace paperround::pipeline {

struct RedeliveryOptions {
    std::set<queue::DeliveryState> states{queue::DeliveryState::refused, queue::DeliveryState::bounced,
                                          queue::DeliveryState::expired, queue::DeliveryState::cancelled,
                                          queue::DeliveryState::left};
    // Also readers whom this mailing's own bounces suppressed: the operator knows that the addresses are
    // good.
    bool lift_suppressions = false;
};

struct RedeliveryCount {
    std::int64_t queued = 0;
    std::int64_t suppressed = 0;  // not queued
    std::int64_t left = 0;        // not queued: unsubscribed or removed since
};

class Redelivery {
  public:
    Redelivery(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    // The mailing must exist. A finished or cancelled mailing is open again if anything was queued; with
    // `cancelled` among the states, a fan-out that the cancellation stopped goes on.
    RedeliveryCount again(const queue::Mailing& mailing, const RedeliveryOptions& options);

  private:
    std::int64_t chunk(const queue::Mailing& mailing, const RedeliveryOptions& options, std::int64_t after,
                       RedeliveryCount& count);

    db::Database& database_;
    const Clock& clock_;
};

}  // namespace paperround::pipeline

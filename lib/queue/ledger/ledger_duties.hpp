// What a stage further on does inside the ledger's commit. Called on the ledger's thread, with a transaction
// open.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "queue/outcome.hpp"
#include "queue/policy/retry_policy.hpp"
#include "queue/store/delivery_row.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::queue {

// What is left of the work that creates deliveries.
enum class Remaining {
    nothing,
    waiting,  // for something that wakes the ledger, or for a moment
    some,     // can be done at once
};

class LedgerDuties {
  public:
    virtual ~LedgerDuties() = default;
    // Consequences of a step beyond the queue: suppressing an address, say.
    virtual void settle(const Delivery& delivery, const Outcome& outcome, const Step& step, Time now) = 0;
    // A bounded piece of the work that creates deliveries: starting and fanning out mailings.
    virtual Remaining prepare_deliveries(Time now) = 0;
    // What others want in this commit, before anything is claimed; then what became of the commit, on the same thread
    // and with no transaction open.
    virtual void write_for_others(Time now) { static_cast<void>(now); }
    virtual void committed() {}
    virtual void rolled_back(const db::Error& error) { static_cast<void>(error); }
    // The mailing's breaker has tripped: what it said about addresses is not believed.
    virtual void breaker_tripped(std::int64_t mailing_id) { static_cast<void>(mailing_id); }
    // What was recorded about these readers was about us: their deliveries wait again. Who has left since is
    // for this to withdraw.
    virtual void taken_back(std::int64_t mailing_id, std::span<const DeliveryRow> deliveries, Time now) {
        static_cast<void>(mailing_id);
        static_cast<void>(deliveries);
        static_cast<void>(now);
    }
};

}  // namespace paperround::queue

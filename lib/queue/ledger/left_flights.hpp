// What a run that was killed has left under way, by its flight recorder: the start after it settles that, before
// anything is claimed. Inside the transaction that the caller has open; failures are db::Error.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/recorder/flight_log.hpp"

namespace paperround::queue {

// An outcome that was known, and not on record.
struct LeftReport {
    std::string relay;
    Delivery delivery;
    Outcome outcome;
};

struct LeftFlights {
    // For the ledger's inbox (HandOut::report_left): until they are recorded, these stay `sending`, and keep their slots.
    std::vector<LeftReport> answered;
    int not_begun = 0;  // wait again, as if they had not been claimed
    int in_doubt = 0;   // may have arrived, and are recorded as such
};

// Puts what is `sending` to rest, or leaves it to the ledger. `records` are the recorder's that the database believes;
// one without a record is a doubt. A record also speaks for a delivery that was withdrawn since: its outcome is
// recorded, and it stays withdrawn.
[[nodiscard]] LeftFlights settle_left_flights(db::Database& database, std::span<const FlightRecord> records,
                                              const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                                              Random& random);

}  // namespace paperround::queue

// Claiming: due deliveries become `sending`, before anything of them may leave. Inside the transaction that the caller
// has open; failures are db::Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "db/database.hpp"
#include "queue/limit/allowance.hpp"
#include "queue/mailing.hpp"

namespace paperround::queue {

// Who was served last, so that the next claim begins behind it. Belongs to whoever claims, and is not stored.
struct ClaimTurns {
    std::int64_t mailing = 0;
    std::int64_t shelf = 0;
    std::map<std::int64_t, std::int64_t> shelf_of_provider;  // by the provider's throttle
};

// Makes up to `limit` due deliveries of the allowance's newsletters `sending` and returns them: personal mail first,
// then the mailings in turn, each in the order of due times. Within limits, see queue/limit/allowance.hpp; the allowance
// shrinks by what was taken.
[[nodiscard]] std::vector<Delivery> claim(db::Database& database, Allowance& allowance, std::size_t limit,
                                          ClaimTurns& turns, Time now);
// Whether anything is due of these newsletters, on these shelves or on none, whatever their room.
[[nodiscard]] bool anything_due(db::Database& database, const Allowance& allowance, Time now);

}  // namespace paperround::queue

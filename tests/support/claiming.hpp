// Claims of all that is due, without limits, each in a transaction of its own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "queue/ledger/claim.hpp"

namespace paperround::test {

inline std::vector<queue::Delivery> claim_due(db::Database& database,
                                              std::span<const std::string> newsletters, std::size_t limit,
                                              Time now, queue::ClaimTurns& turns) {
    queue::Allowance allowance;
    for (const std::string& newsletter : newsletters) allowance.newsletters.push_back({newsletter});
    db::Transaction transaction(database);
    auto claimed = queue::claim(database, allowance, limit, turns, now);
    transaction.commit();
    return claimed;
}

inline std::vector<queue::Delivery> claim_due(db::Database& database,
                                              std::span<const std::string> newsletters, std::size_t limit,
                                              Time now) {
    queue::ClaimTurns turns;
    return claim_due(database, newsletters, limit, now, turns);
}

}  // namespace paperround::test

#include "pipeline/composing.hpp"

#include <utility>

namespace paperround::pipeline {

void Composing::run(const std::stop_token& stop) {
    while (const std::size_t room = outbox_.wait_for_room(stop)) {
        if (!ledger_.wait_for_claims(lane_, stop)) return;
        compose(ledger_.take(lane_, room));
    }
}

void Composing::compose(std::vector<queue::Delivery> deliveries) {
    std::size_t i = 0;  // those before it are dealt with
    try {
        const auto readers = composer_.readers_of(deliveries);
        for (; i < deliveries.size(); ++i) {
            if (recall_.contains(deliveries[i].id)) {
                ledger_.give_back(lane_, deliveries[i]);
            } else if (auto letter = composer_.compose(deliveries[i], readers[i])) {
                outbox_.put(std::move(*letter));
            } else {
                ledger_.report(lane_, std::move(deliveries[i]), std::move(letter.error()));
            }
        }
    } catch (const db::Error& error) {
        // The readers or their mailing could not be read. Backing off like a relay keeps the deliveries and
        // their attempts whole.
        for (; i < deliveries.size(); ++i) {
            ledger_.report(lane_, std::move(deliveries[i]),
                           {.kind = queue::OutcomeKind::relay_trouble, .text = error.what()});
        }
    }
}

}  // namespace paperround::pipeline

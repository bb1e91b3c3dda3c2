// What a step puts back of what was claimed, and what it claims.
#include <algorithm>
#include <utility>

#include "queue/ledger/ledger_step.hpp"

namespace paperround::queue {

// Deliveries that were claimed for a relay which then went down, for a mailing that was then paused, or for a
// newsletter whose window has closed go back: they are not tried in a storm, not at all, or not in the quiet
// hours. So do those of a relay that has just asked for less, or that a person has paused, and of a mailing
// whose refusals may be about us. The one that tells whether a relay is back stays until a courier takes it.
void LedgerStep::release_what_waits() {
    std::vector<std::int64_t> stopped;
    if (std::exchange(memory_.others_wrote, false) || !pauses_.empty())
        stopped = memory_.mailings.inactive(hand_out_.mailings_ready());
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const Lane& lane = lanes_[i];
        const bool went_down = !lane.health.up() && memory_.lanes[i].health.up();
        const bool closed =
            went_down || lane.orders.paused || (lane.change.pace && lane.pace.closed_for(now_) > Duration(0));
        withdrawn_[i] = hand_out_.withdraw(i, [&](const Delivery& delivery) {
            if (closed || memory_.refusals.became_suspected(i, delivery.mailing_id)) return false;
            if (!delivery.personal && memory_.allotment.any_closes() &&
                memory_.allotment.closes(delivery.newsletter))
                return false;
            return std::ranges::find(stopped, delivery.mailing_id) == stopped.end();
        });
        for (const Delivery& delivery : withdrawn_[i]) release(i, delivery);
    }
}

void LedgerStep::release(std::size_t lane, const Delivery& delivery) {
    memory_.deliveries.release(delivery.id);
    memory_.allotment.released(lane, delivery);
}

// How many this lane may take, as far as its couriers and its relay's health go.
std::size_t LedgerStep::claim_limit(std::size_t lane) const {
    const RelayHealth& health = lanes_[lane].health;
    if (lanes_[lane].orders.paused || !health.may_try(now_) || lanes_[lane].wanted == 0) return 0;
    if (health.up()) return lanes_[lane].wanted;
    // One probe at a time tells whether the relay is back.
    return arrivals_.held[lane] == 0 ? 1 : 0;
}

void LedgerStep::write_claims(const Recall& recall) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const bool usable = lanes_[i].health.up() && !lanes_[i].orders.paused;
        memory_.allotment.observe(i, usable, lanes_[i].wanted > 0, now_);
    }
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const std::size_t limit = std::min(claim_limit(i), memory_.allotment.room(i, now_));
        if (limit == 0) continue;
        Allowance allowance = memory_.allotment.allowance(i, !lanes_[i].health.up(), now_);
        memory_.refusals.limit_suspects(i, allowance);
        claimed_[i] = claim(memory_.database, allowance, limit, memory_.turns, now_);
        moved_ = moved_ || allowance.moves < Allowance::most_moves;
        // One that was withdrawn, and queued again while a courier still holds it, waits for what he has to say:
        // two couriers would send it twice.
        std::erase_if(claimed_[i], [&](const Delivery& delivery) {
            const bool held = recall.contains(delivery.id);
            if (held) memory_.deliveries.release(delivery.id);
            return held;
        });
        for (Delivery& delivery : claimed_[i]) {
            memory_.allotment.claimed(i, delivery);
            if (memory_.recorder != nullptr)
                delivery.flight = memory_.recorder->claimed(delivery, relay_of(i));
        }
    }
    held_back_ = waits_for_a_limit();
}

// Whether there is work that only a limit keeps from being done now. Asked where there seems to be none, so that
// `run --once` does not end before it.
bool LedgerStep::waits_for_a_limit() {
    if (!arrivals_.claiming) return false;
    // While something is under way nobody asks.
    std::size_t ended = arrivals_.reports.size();
    for (const auto& given_back : arrivals_.given_back) ended += given_back.size();
    std::size_t outstanding = hand_out_.outstanding();
    for (const auto& claimed : claimed_) outstanding += claimed.size();
    if (outstanding > ended) return true;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (!lanes_[i].health.up() || lanes_[i].orders.paused) continue;
        if (anything_due(memory_.database, memory_.allotment.within_today(i, now_), now_)) return true;
    }
    return false;
}

}  // namespace paperround::queue

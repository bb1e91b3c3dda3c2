#include "queue/ledger/ledger_step.hpp"

#include <algorithm>
#include <utility>

namespace paperround::queue {

namespace {
constexpr Duration presence_interval = std::chrono::seconds(30);
constexpr int sweep_chunk = 1000;               // rows of a cancelled mailing in one commit
constexpr std::size_t claims_per_session = 10;  // that wait beside what is under way
}  // namespace

LedgerStep::LedgerStep(LedgerMemory& memory, HandOut& hand_out, LedgerDuties& duties, Random& random,
                       Time now)
    : memory_(memory),
      hand_out_(hand_out),
      duties_(duties),
      random_(random),
      now_(now),
      arrivals_(hand_out.collect()),
      claimed_(memory.lanes.size()),
      withdrawn_(memory.lanes.size()) {
    for (const LedgerMemory::Lane& lane : memory_.lanes)
        lanes_.push_back({.health = lane.health, .pace = lane.pace, .orders = lane.orders});
    want_claims();
}

// What this step settles makes room for what it claims.
void LedgerStep::want_claims() {
    std::size_t room = memory_.settings.doubt_window;
    for (const std::size_t held : arrivals_.held) room -= std::min(room, held);
    room = arrivals_.claiming ? hand_out_.reading().claimable(room) : 0;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const std::size_t share = memory_.lanes[i].settings.connections * claims_per_session;
        lanes_[i].wanted = std::min(room, share - std::min(share, arrivals_.held[i]));
        room -= lanes_[i].wanted;
    }
}

void LedgerStep::write(const Recall& recall) {
    memory_.refusals.begin();
    memory_.allotment.begin(now_);
    write_presence();
    write_reports();
    write_relays();
    release_what_waits();
    duties_.write_for_others(now_);
    to_prepare_ = duties_.prepare_deliveries(now_);
    moved_ = memory_.deliveries.sweep_cancelled(sweep_chunk, now_) > 0 ||
             memory_.allotment.clear_shelves(memory_.limits);
    write_claims(recall);
    memory_.allotment.save(memory_.limits);
}

// So that the next start notices a clock that was set back meanwhile.
void LedgerStep::write_presence() {
    const auto& saved = memory_.presence_saved;
    if (saved && now_ - *saved < presence_interval && *saved <= now_) return;
    memory_.times.seen(now_);
    presence_written_ = true;
}

void LedgerStep::undo() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i].change.lessons) memory_.lines[i]->news_again();
    }
    memory_.others_wrote = true;
    for (const auto& claimed : claimed_) free_flights(claimed);
    hand_out_.put_back(std::move(arrivals_), std::move(withdrawn_));
}

void LedgerStep::keep(Recall& recall) {
    memory_.allotment.keep();
    memory_.refusals.keep();
    memory_.orders_unread = false;
    memory_.until_room =
        held_back_ && !hand_out_.reading().any() ? memory_.allotment.until_room() : std::nullopt;
    memory_.paused_some = !pauses_.empty();
    if (presence_written_) memory_.presence_saved = now_;
    for (const Report& report : arrivals_.reports) recall.forget(report.delivery.id);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        for (const auto* back : {&arrivals_.given_back[i], &withdrawn_[i]}) {
            for (const Delivery& delivery : *back) recall.forget(delivery.id);
        }
        memory_.lanes[i].health = lanes_[i].health;
        memory_.lanes[i].pace = lanes_[i].pace;
        memory_.lanes[i].orders = lanes_[i].orders;
    }
    // Before what was claimed anew is handed out: a delivery has one slot then.
    for (const Report& report : arrivals_.reports) free_flight(report.delivery);
    for (const auto* lists : {&arrivals_.given_back, &withdrawn_}) {
        for (const auto& list : *lists) free_flights(list);
    }
    claimed_some_ = std::ranges::any_of(claimed_, [](const auto& lane) { return !lane.empty(); });
    const bool idle = to_prepare_ == Remaining::nothing && !moved_ && !held_back_;
    hand_out_.settle(arrivals_, std::move(claimed_), idle);
    tell_couriers();
}

void LedgerStep::free_flight(const Delivery& delivery) {
    if (memory_.recorder != nullptr) memory_.recorder->free(delivery.flight);
}

void LedgerStep::free_flights(const std::vector<Delivery>& deliveries) {
    for (const Delivery& delivery : deliveries) free_flight(delivery);
}

bool LedgerStep::more_to_do() const {
    return to_prepare_ == Remaining::some || claimed_some_ || moved_;
}

void LedgerStep::announce(LedgerObserver& observer) {
    for (const Recorded& one : recorded_) {
        observer.recorded(one.report->delivery, one.report->outcome, one.step, relay_of(one.report->lane));
    }
    for (const auto& [lane, health] : went_down_) observer.relay_down(relay_of(lane), health);
    for (const std::size_t lane : came_up_) observer.relay_up(relay_of(lane));
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) announce_change(observer, lane);
    for (const Slowed& slowed : slowed_) observer.domain_slowed(slowed.name, slowed.per_second, slowed.words);
    for (const std::string& domain : memory_.allotment.restored()) observer.domain_restored(domain);
    if (taken_back_ > 0) observer.no_longer_failed(taken_back_);
    for (const Pause& pause : pauses_) observer.paused(pause.mailing_id, pause.newsletter, pause.reason);
}

}  // namespace paperround::queue

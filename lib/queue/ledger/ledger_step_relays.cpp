// What a step does about the relays themselves: their pace, what was learned of them, and what a person says about
// them.
#include <utility>

#include "queue/ledger/ledger_step.hpp"

namespace paperround::queue {

// What changed is stored once for each commit, whatever many reports said of it.
void LedgerStep::write_relays() {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        Change& change = lanes_[lane].change;
        RelayPace& pace = lanes_[lane].pace;
        if (memory_.orders_unread) write_orders(lane);
        change.pace = pace.rise(now_) || change.pace;
        if (!change.forgotten) change.lessons = memory_.lines[lane]->news();
        if (!change.any()) continue;
        RelayLessons lessons{.pace = pace, .connections = {}, .messages = {}};
        const std::string& relay = relay_of(lane);
        if (change.lessons) {
            lessons.connections = change.lessons->connections;
            lessons.messages = change.lessons->messages;
        } else if (!change.forgotten) {
            const RelayLessons before = memory_.relays.relay_lessons(relay);
            lessons.connections = before.connections;
            lessons.messages = before.messages;
        }
        memory_.relays.save_relay_lessons(relay, lessons);
        if (!change.pace && !change.forgotten) continue;
        memory_.allotment.set_pace(memory_.limits, lane, pace, now_);
        change.say_slowed = pace.worth_saying();
        change.say_restored = !pace.learned() && memory_.lanes[lane].pace.learned() && !change.forgotten;
    }
}

void LedgerStep::write_orders(std::size_t lane) {
    const std::string& relay = relay_of(lane);
    const RelayOrders before = memory_.lanes[lane].orders;
    const RelayOrders now = memory_.relays.relay_orders(relay);
    if (now == before) return;
    Change& change = lanes_[lane].change;
    RelayHealth& health = lanes_[lane].health;
    lanes_[lane].orders = now;
    change.paused = now.paused && !before.paused;
    change.resumed = !now.paused && before.paused;
    if (now.forgotten != before.forgotten) {
        change.forgotten = true;
        lanes_[lane].pace = RelayPace{};
    }
    if (now.resumed != before.resumed) health.try_now();
    memory_.relays.save_relay_health(relay, health);
}

// After the commit: what it changed holds for the couriers too.
void LedgerStep::tell_couriers() {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        const Change& change = lanes_[lane].change;
        if (change.pace || change.forgotten)
            memory_.lines[lane]->set_pace(memory_.allotment.pace(lane),
                                          memory_.lanes[lane].pace.closed_for(now_));
        if (change.forgotten) memory_.lines[lane]->remember({});
        if (change.paused) memory_.lines[lane]->set_paused(true);
        if (change.resumed) memory_.lines[lane]->set_paused(false);
    }
}

void LedgerStep::announce_change(LedgerObserver& observer, std::size_t lane) {
    const Change& change = lanes_[lane].change;
    const std::string& relay = relay_of(lane);
    const RelayPace& learned = memory_.lanes[lane].pace;
    if (change.say_slowed) observer.relay_slowed(relay, learned.limit, learned.words);
    if (change.say_restored) observer.relay_restored(relay);
    if (change.forgotten) observer.relay_forgotten(relay);
    if (change.paused) observer.relay_paused(relay);
    if (change.resumed) observer.relay_resumed(relay);
    if (!change.lessons) return;
    const auto& [connections, messages] = *change.lessons;
    unsigned& said = memory_.lanes[lane].said_connections;
    if (connections.learned() && (said == 0 || connections.limit < said)) {
        said = connections.limit;
        observer.connections_learned(relay, connections.limit, connections.words);
    }
    if (messages.learned() &&
        messages.messages != std::exchange(memory_.lanes[lane].said_messages, messages.messages))
        observer.messages_learned(relay, messages.messages, messages.words);
}

}  // namespace paperround::queue

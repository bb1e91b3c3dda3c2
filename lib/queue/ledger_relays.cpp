// What a step of the ledger does about the relays themselves: their pace, what was learned of them, and what
// a person says about them.
#include <algorithm>

#include "queue/ledger_commit.hpp"
#include "queue/reply_line.hpp"

namespace paperround::queue {

void Ledger::write_pace(Commit& commit, const Report& report) {
    RelayPace& pace = commit.pace[report.lane];
    if (report.outcome.kind == OutcomeKind::accepted) {
        if (pace.accepted(commit.now)) commit.changes[report.lane].pace = true;
    } else if (report.outcome.kind == OutcomeKind::relay_slowed) {
        if (pace.complaint(commit.now, reply_line(report.outcome))) commit.changes[report.lane].pace = true;
    }
}

// What changed is stored once for each commit, whatever many reports said of it.
void Ledger::write_relays(Commit& commit) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        Commit::Change& change = commit.changes[lane];
        RelayPace& pace = commit.pace[lane];
        if (orders_unread_) write_orders(commit, lane);
        change.pace = pace.rise(commit.now) || change.pace;
        if (!change.forgotten) change.lessons = lines_[lane]->news();
        if (!change.any()) continue;
        RelayLessons lessons{.pace = pace, .connections = {}, .messages = {}};
        const std::string& relay = lanes_[lane].settings.relay;
        if (change.lessons) {
            lessons.connections = change.lessons->connections;
            lessons.messages = change.lessons->messages;
        } else if (!change.forgotten) {
            const RelayLessons before = relays_.relay_lessons(relay);
            lessons.connections = before.connections;
            lessons.messages = before.messages;
        }
        relays_.save_relay_lessons(relay, lessons);
        if (!change.pace && !change.forgotten) continue;
        allotment_.set_pace(limits_, lane, pace, commit.now);
        change.say_slowed = pace.worth_saying();
        change.say_restored = !pace.learned() && lanes_[lane].pace.learned() && !change.forgotten;
    }
}

void Ledger::write_orders(Commit& commit, std::size_t lane) {
    const std::string& relay = lanes_[lane].settings.relay;
    const RelayOrders before = lanes_[lane].orders;
    const RelayOrders now = relays_.relay_orders(relay);
    if (now == before) return;
    Commit::Change& change = commit.changes[lane];
    RelayHealth& health = commit.health[lane];
    commit.orders[lane] = now;
    change.paused = now.paused && !before.paused;
    change.resumed = !now.paused && before.paused;
    if (now.forgotten != before.forgotten) {
        change.forgotten = true;
        commit.pace[lane] = RelayPace{};
    }
    if (now.resumed != before.resumed) health.try_now();
    relays_.save_relay_health(relay, health);
}

// After the commit: what it changed holds for the couriers too.
void Ledger::tell_couriers(const Commit& commit) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
        const Commit::Change& change = commit.changes[lane];
        if (change.pace || change.forgotten)
            lines_[lane]->set_pace(allotment_.pace(lane), lanes_[lane].pace.closed_for(commit.now));
        if (change.forgotten) lines_[lane]->remember({});
        if (change.paused) lines_[lane]->set_paused(true);
        if (change.resumed) lines_[lane]->set_paused(false);
    }
}

}  // namespace paperround::queue

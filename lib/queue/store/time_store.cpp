#include "queue/store/time_store.hpp"

#include "queue/stored_states.hpp"

namespace paperround::queue {

std::optional<Time> TimeStore::last_seen() {
    auto& query = db_.cached<"SELECT seen FROM presence">();
    std::optional<Time> seen;
    if (query.step()) seen = query.time(0);
    query.reset();
    return seen;
}

void TimeStore::seen(Time now) {
    db_.transaction()
        .cached<
            "INSERT INTO presence (id, seen) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET seen "
            "= ?1">()
        .bind_all(now)
        .run();
}

// A time ahead of the old clock is as far ahead of the new one; what was due, is due. 0 means "never".
void TimeStore::follow_clock(const ClockJump& jump) {
    db::Transaction& writing = db_.transaction();
    const auto move = [&](db::Statement& update) {
        update.bind_all(jump.from, jump.to, jump.length().count()).run();
    };
    const auto shift = [&](db::Statement& update) { update.bind_all(jump.length().count()).run(); };
    if (jump.from == jump.to) return;
    move(writing.cached<"UPDATE deliveries SET due = CASE WHEN due > ?1 THEN due + ?3 ELSE ?2 END WHERE " +
                        delivery_state::waiting<"state"> + " AND (due > ?1 OR due > ?2)">());
    move(writing.cached<"UPDATE relays SET down_since = down_since + ?3, "
                        "next_attempt = CASE WHEN next_attempt > ?1 THEN next_attempt + ?3 "
                        "WHEN next_attempt > ?2 THEN ?2 ELSE next_attempt END">());
    shift(writing.cached<"UPDATE relay_lessons SET rate_since = rate_since + ?1 WHERE rate_since > 0">());
    shift(writing.cached<
          "UPDATE relay_lessons SET rate_complained = rate_complained + ?1 WHERE rate_complained > 0">());
    shift(writing.cached<
          "UPDATE relay_lessons SET connections_since = connections_since + ?1 WHERE connections_since > 0">());
    shift(writing.cached<
          "UPDATE relay_lessons SET connections_trial = connections_trial + ?1 WHERE connections_trial > 0">());
    shift(writing.cached<
          "UPDATE relay_lessons SET messages_since = messages_since + ?1 WHERE messages_since > 0">());
    shift(writing.cached<"UPDATE relay_orders SET paused = paused + ?1">());
    shift(writing.cached<"UPDATE limits SET refilled = refilled + ?1, slow_changed = slow_changed + ?1">());
    if (jump.to > jump.from) return;
    // A mailing that was to begin at once begins at once.
    writing
        .cached<"UPDATE mailings SET not_before = ?2 WHERE state " + mailing_state::scheduled +
                " AND not_before <= ?1 AND not_before > ?2">()
        .bind_all(jump.from, jump.to)
        .run();
}

void TimeStore::bound_waits(Time latest_delivery, Time latest_relay) {
    db_.transaction()
        .cached<"UPDATE deliveries SET due = ?1 WHERE " + delivery_state::waiting<"state"> +
                " AND due > ?1">()
        .bind_all(latest_delivery)
        .run();
    db_.transaction()
        .cached<"UPDATE relays SET next_attempt = ?1 WHERE next_attempt > ?1">()
        .bind_all(latest_relay)
        .run();
}

}  // namespace paperround::queue

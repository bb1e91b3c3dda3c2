#include "queue/store/delivery_store.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "base/address/without_address.hpp"
#include "queue/store/delivery_row.hpp"
#include "queue/store/limit_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

void count_state(Progress& progress, DeliveryState state, std::int64_t count) {
    switch (state) {
        case DeliveryState::queued:
        case DeliveryState::deferred:
        case DeliveryState::in_doubt:
            progress.waiting += count;
            break;
        case DeliveryState::sending:
            progress.sending += count;
            break;
        case DeliveryState::held:
            progress.held += count;
            break;
        case DeliveryState::sent:
            progress.sent += count;
            break;
        case DeliveryState::bounced:
        case DeliveryState::refused:
        case DeliveryState::expired:
            progress.failed += count;
            break;
        case DeliveryState::suppressed:
        case DeliveryState::cancelled:
        case DeliveryState::left:
            progress.dropped += count;
            break;
    }
}

}  // namespace

void DeliveryStore::add_deliveries(std::int64_t mailing_id, std::span<const Addressee> addressees, Time now,
                                   const Providers& providers) {
    if (addressees.empty()) return;
    auto& insert = db_.transaction()
                       .cached<
                           "INSERT INTO deliveries (mailing_id, subscriber_id, recipient, state, due, shelf) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING">();
    const LimitStore::Shelves shelves = LimitStore(db_).shelves();
    std::int64_t added = 0;
    for (const Addressee& addressee : addressees) {
        insert.bind_all(mailing_id, addressee.subscriber_id, addressee.address, number(DeliveryState::queued),
                        now, shelves.of(domain_of(addressee.address), providers));
        added += insert.run();
    }
    auto& advance =
        db_.transaction()
            .cached<"UPDATE mailings SET fan_out_cursor = ?2, pending = pending + ?3 WHERE id = ?1">();
    advance.bind_all(mailing_id, addressees.back().subscriber_id, added);
    advance.run();
}

bool DeliveryStore::is_on_its_way(std::int64_t mailing_id, std::int64_t subscriber_id) {
    auto& query =
        db_.cached<"SELECT 1 FROM mailings m CROSS JOIN deliveries d WHERE m.id = ?1 AND m.state " +
                   mailing_state::open + " AND d.mailing_id = m.id AND d.subscriber_id = ?2 AND (d.state " +
                   delivery_state::sending + " OR " + delivery_state::waiting<"d.state"> + ")">();
    const bool found = query.bind_all(mailing_id, subscriber_id).step();
    query.reset();
    return found;
}

Progress DeliveryStore::progress(std::int64_t mailing_id) {
    auto query = db_.prepare<"SELECT state, count(*) FROM deliveries WHERE mailing_id = ?1 GROUP BY state">();
    query.bind(1, mailing_id);
    Progress progress;
    while (query.step())
        count_state(progress, static_cast<DeliveryState>(query.integer(0)), query.integer(1));
    return progress;
}

std::vector<DeliveryRow> DeliveryStore::deliveries_after(std::int64_t mailing_id, std::int64_t subscriber_id,
                                                         int limit) {
    auto& query = db_.cached<
        "SELECT id, subscriber_id, recipient, state FROM deliveries INDEXED BY "
        "deliveries_once WHERE mailing_id = ?1 AND subscriber_id > ?2 ORDER BY subscriber_id "
        "LIMIT ?3">();
    query.bind_all(mailing_id, subscriber_id, limit);
    std::vector<DeliveryRow> rows;
    while (query.step()) {
        rows.push_back({query.integer(0), query.integer(1), query.text(2),
                        static_cast<DeliveryState>(query.integer(3))});
    }
    query.reset();
    return rows;
}

bool DeliveryStore::record(const Delivery& delivery, const Outcome& outcome, const Step& step,
                           std::string_view relay, Time now) {
    // Every attempt on record counts as a try, whatever has become of the delivery: the flight recorder tells claims
    // apart by that.
    bool off_the_account = false;
    std::string words = outcome.text;
    auto& update = db_.transaction()
                       .cached<
                           "UPDATE deliveries SET state = ?2, due = ?3, attempts = attempts + ?4, doubts = "
                           "doubts + ?5, tries = tries + 1, waited = waited + ?6 WHERE id = ?1 AND state " +
                           delivery_state::sending>();
    update.bind_all(delivery.id, static_cast<int>(step.state), step.due, step.counted, step.doubted,
                    step.waits.count());
    if (update.run() > 0) {
        off_the_account = is_final(step.state);
    } else {
        words = words_about_withdrawn(delivery, outcome);
        db_.transaction()
            .cached<"UPDATE deliveries SET tries = tries + 1 WHERE id = ?1">()
            .bind_all(delivery.id)
            .run();
        off_the_account = record_though_withdrawn(delivery, outcome, step);
    }
    auto& insert =
        db_.transaction()
            .cached<
                "INSERT INTO attempts (delivery_id, at, attempt, outcome, relay, stage, code, "
                "enhanced, text, tls, ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)">();
    insert.bind_all(delivery.id, now, delivery.tries + 1, static_cast<int>(outcome.kind), relay,
                    static_cast<int>(outcome.stage), outcome.code, outcome.enhanced, words, outcome.tls,
                    static_cast<std::int64_t>(outcome.took.count()));
    insert.run();
    return off_the_account;
}

bool DeliveryStore::record_later_bounce(const LaterBounce& bounce, Time now) {
    auto& update = db_.transaction()
                       .cached<"UPDATE deliveries SET state = " + db::stored<DeliveryState::bounced> +
                               " WHERE id = ?1 AND state " + delivery_state::sent>();
    if (update.bind(1, bounce.delivery_id).run() == 0) {
        // Accepted after all: of a copy in doubt nobody knew, and of one that is being sent nobody has said yet.
        auto& settle = db_.transaction()
                           .cached<"UPDATE deliveries SET state = " + db::stored<DeliveryState::bounced> +
                                   " WHERE id = ?1 AND (state " + delivery_state::perhaps_arrived +
                                   " OR (state " + delivery_state::held + " AND doubts > 0))">();
        if (settle.bind(1, bounce.delivery_id).run() == 0) return false;
        MailingStore(db_).settle(bounce.mailing_id, 1, now);
    }
    auto& insert =
        db_.transaction()
            .cached<
                "INSERT INTO attempts (delivery_id, at, attempt, outcome, relay, stage, code, enhanced, text, tls, ms) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '', 0)">();
    insert.bind_all(bounce.delivery_id, now, bounce.tries, static_cast<int>(OutcomeKind::bounced_later),
                    bounce.source, static_cast<int>(Stage::final_dot), bounce.code, bounce.enhanced,
                    bounce.text);
    insert.run();
    return true;
}

// What the relay has, or may have, is so even if the delivery was withdrawn while a courier held it. A person may have
// queued it again since: then it is not sent to somebody who has it. True where it is final by this.
bool DeliveryStore::record_though_withdrawn(const Delivery& delivery, const Outcome& outcome,
                                            const Step& step) {
    if (outcome.kind != OutcomeKind::accepted && outcome.kind != OutcomeKind::in_doubt) return false;
    constexpr db::Sql the_rest =
        ", due = ?3, attempts = attempts + ?4, doubts = doubts + ?5, waited = waited + ?6 WHERE id = ?1 AND state " +
        delivery_state::waiting_or_held;
    // What a person holds is not sent because of a doubt.
    auto& queued_again = outcome.kind == OutcomeKind::accepted
                             ? db_.transaction().cached<"UPDATE deliveries SET state = ?2" + the_rest>()
                             : db_.transaction()
                                   .cached<"UPDATE deliveries SET state = CASE WHEN state " +
                                           delivery_state::held + " THEN state ELSE ?2 END" + the_rest>();
    queued_again.bind_all(delivery.id, number(step.state), step.due, step.counted, step.doubted,
                          step.waits.count());
    if (queued_again.run() > 0) return is_final(step.state);
    if (outcome.kind != OutcomeKind::accepted) return false;
    db_.transaction()
        .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1 AND state <> " +
                db::stored<DeliveryState::bounced>>()  // its report may come before this reply
        .bind_all(delivery.id, number(DeliveryState::sent))
        .run();
    return false;
}

// Its reader may have had himself forgotten while a courier held it: then the server's words must not bring his
// address back.
std::string DeliveryStore::words_about_withdrawn(const Delivery& delivery, const Outcome& outcome) {
    auto& query = db_.cached<"SELECT recipient FROM deliveries WHERE id = ?1">();
    const std::string recipient = query.bind(1, delivery.id).step() ? query.text(0) : "";
    query.reset();
    return recipient == delivery.recipient ? outcome.text
                                           : without_address(outcome.text, delivery.recipient, recipient);
}

void DeliveryStore::release(std::int64_t delivery_id) {
    auto& update =
        db_.transaction()
            .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1 AND state " + delivery_state::sending>();
    update.bind_all(delivery_id, static_cast<int>(DeliveryState::queued));
    update.run();
}

int DeliveryStore::recover_interrupted(const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                                       Random& random, std::span<const std::int64_t> known) {
    std::vector<Delivery> interrupted;
    {
        auto query =
            db_.prepare<select_deliveries + "WHERE state " + delivery_state::sending + " ORDER BY id">();
        while (query.step()) {
            if (!std::ranges::binary_search(known, query.integer(0)))
                interrupted.push_back(read_delivery(query));
        }
    }
    const Outcome outcome{.kind = OutcomeKind::in_doubt,
                          .stage = Stage::final_dot,
                          .text = "the daemon stopped without recording how this attempt ended"};
    for (const Delivery& delivery : interrupted) {
        const Step step = next_step(delivery, outcome, retry, on_doubt, {}, now, random);
        if (record(delivery, outcome, step, "", now)) MailingStore(db_).settle(delivery.mailing_id, 1, now);
    }
    return static_cast<int>(interrupted.size());
}

std::optional<DeliveryStore::Claimed> DeliveryStore::find_claimed(std::int64_t delivery_id,
                                                                  std::int64_t mailing_id,
                                                                  std::int64_t subscriber_id,
                                                                  std::int64_t tries) {
    auto& query = db_.cached<select_deliveries +
                             "WHERE id = ?1 AND mailing_id = ?2 AND subscriber_id = ?3 AND tries = ?4">();
    query.bind_all(delivery_id, mailing_id, subscriber_id, tries);
    std::optional<Claimed> found;
    if (query.step()) found = Claimed{.delivery = read_delivery(query)};
    query.reset();
    if (!found) return found;
    auto& state = db_.cached<"SELECT state FROM deliveries WHERE id = ?1">();
    if (state.bind(1, delivery_id).step()) found->state = static_cast<DeliveryState>(state.integer(0));
    state.reset();
    return found;
}

void DeliveryStore::take_up(std::int64_t delivery_id) {
    db_.transaction()
        .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1 AND state " +
                delivery_state::waiting_or_held>()
        .bind_all(delivery_id, number(DeliveryState::sending))
        .run();
}

std::vector<std::int64_t> DeliveryStore::withdraw(std::string_view newsletter, std::int64_t subscriber_id,
                                                  DeliveryState final_state, Time now) {
    auto& query = db_.cached<
        "SELECT d.id, d.mailing_id, d.state FROM mailings m JOIN deliveries d ON "
        "d.mailing_id = m.id WHERE d.subscriber_id = ?1 AND d.state " +
        delivery_state::not_final + " AND m.state " + mailing_state::open +
        " AND (?2 = '' OR "
        "m.newsletter = ?2)">();
    query.bind_all(subscriber_id, newsletter);
    struct Found {
        std::int64_t id;
        std::int64_t mailing_id;
        DeliveryState state;
    };
    std::vector<Found> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1), static_cast<DeliveryState>(query.integer(2))});
    }
    query.reset();
    std::vector<std::int64_t> held_by_couriers;
    for (const Found& delivery : found) {
        auto& update = db_.transaction().cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1">();
        update.bind_all(delivery.id, number(final_state));
        update.run();
        MailingStore(db_).settle(delivery.mailing_id, 1, now);
        if (delivery.state == DeliveryState::sending) held_by_couriers.push_back(delivery.id);
    }
    return held_by_couriers;
}

std::int64_t DeliveryStore::count_open(std::int64_t subscriber_id) {
    auto query = db_.prepare<
        "SELECT count(*) FROM mailings m CROSS JOIN deliveries d WHERE d.mailing_id = m.id AND d.subscriber_id = ?1 "
        "AND d.state " +
        delivery_state::not_final + " AND m.state " + mailing_state::open>();
    query.bind(1, subscriber_id).step();
    return query.integer(0);
}

std::vector<std::int64_t> DeliveryStore::no_longer_sending(std::span<const std::int64_t> ids) {
    auto& query = db_.cached<
        "SELECT 1 FROM deliveries d CROSS JOIN mailings m WHERE d.id = ?1 AND m.id = d.mailing_id AND d.state " +
        delivery_state::sending + " AND m.state " + mailing_state::active>();
    std::vector<std::int64_t> gone;
    for (const std::int64_t id : ids) {
        query.bind(1, id);
        if (!query.step()) gone.push_back(id);
        query.reset();
    }
    return gone;
}

int DeliveryStore::sweep_cancelled(int limit, Time now) {
    auto& query = db_.cached<"SELECT id FROM mailings WHERE state = ?1 AND pending > 0 LIMIT 1">();
    query.bind(1, static_cast<int>(MailingState::cancelled));
    const std::int64_t mailing_id = query.step() ? query.integer(0) : 0;
    query.reset();
    if (mailing_id == 0) return 0;
    int swept = 0;
    constexpr db::Sql cancel_deliveries =
        "UPDATE deliveries SET state = ?2 WHERE id IN (SELECT id FROM deliveries ";
    const auto drop = [&](db::Statement& update) {
        swept += update.bind_all(mailing_id, number(DeliveryState::cancelled), limit - swept).run();
    };
    drop(db_.transaction()
             .cached<cancel_deliveries + "INDEXED BY deliveries_due WHERE mailing_id = ?1 AND " +
                     delivery_state::waiting<"state"> + " LIMIT ?3)">());
    drop(db_.transaction()
             .cached<cancel_deliveries + "INDEXED BY deliveries_held WHERE mailing_id = ?1 AND state " +
                     delivery_state::held + " LIMIT ?3)">());
    MailingStore(db_).settle(mailing_id, swept, now);
    // What is left of the account is what couriers still hold; it settles itself.
    return swept;
}

int DeliveryStore::queue_again(std::int64_t mailing_id, std::span<const std::int64_t> ids, Time now) {
    int queued = 0;
    for (const std::int64_t id : ids) {
        // What a relay has accepted is out of reach.
        auto& update =
            db_.transaction()
                .cached<"UPDATE deliveries SET state = " + db::stored<DeliveryState::queued> +
                        ", due = ?2, attempts = 0, waited = 0, shelf = 0 WHERE id = ?1 AND state " +
                        delivery_state::ended_unsent>();
        update.bind_all(id, now);
        queued += update.run();
    }
    if (queued == 0) return 0;
    // What a cancelling broke off stays so, unless resume_fan_out() is asked for: fan_out_cursor remembers
    // it.
    auto& reopen = db_.transaction()
                       .cached<
                           "UPDATE mailings SET pending = pending + ?2, bounces_stand = 0, "
                           "finished = CASE WHEN state " +
                           mailing_state::over +
                           " THEN NULL ELSE finished END, "
                           "fan_out_done = CASE WHEN state " +
                           mailing_state::cancelled + " AND fan_out_done " + fan_out::under_way + " THEN " +
                           db::stored<FanOut::broken_off> +
                           " ELSE fan_out_done END, "
                           "state = CASE WHEN state " +
                           mailing_state::over + " THEN " + db::stored<MailingState::sending> +
                           " ELSE state END WHERE id = ?1">();
    reopen.bind_all(mailing_id, queued);
    reopen.run();
    return queued;
}

std::vector<DeliveryRow> DeliveryStore::take_back(std::int64_t mailing_id, std::int64_t since_attempt,
                                                  Time now) {
    auto query = db_.prepare<
        "SELECT DISTINCT d.id, d.subscriber_id, d.recipient, d.state FROM attempts a CROSS JOIN deliveries d "
        "WHERE a.id >= ?1 AND d.id = a.delivery_id AND d.mailing_id = ?2 AND a.outcome " +
        outcome_kind::refusal + " AND d.state " + delivery_state::refused_for_good>();
    query.bind_all(since_attempt, mailing_id);
    std::vector<DeliveryRow> rows;
    while (query.step()) {
        rows.push_back({query.integer(0), query.integer(1), query.text(2),
                        static_cast<DeliveryState>(query.integer(3))});
    }
    for (const DeliveryRow& row : rows) {
        auto& update =
            db_.transaction()
                .cached<
                    "UPDATE deliveries SET state = " + db::stored<DeliveryState::queued> +
                    ", due = ?2, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END, shelf = 0 WHERE id = ?1">();
        update.bind_all(row.id, now);
        update.run();
    }
    MailingStore(db_).reopen(mailing_id, static_cast<std::int64_t>(rows.size()));
    return rows;
}

void DeliveryStore::uncount(std::string_view relay, std::int64_t since_attempt, Time now) {
    // An attempt was counted only where the reader seemed to be put off, not his domain slowed.
    auto& update =
        db_.transaction()
            .cached<
                "UPDATE deliveries SET due = ?3, attempts = (SELECT CASE WHEN count(*) < deliveries.attempts "
                "THEN deliveries.attempts - count(*) ELSE 0 END FROM attempts "
                "WHERE delivery_id = deliveries.id AND id >= ?2 AND relay = ?1 AND outcome = ?4) WHERE state " +
                delivery_state::deferred +
                " AND id IN (SELECT delivery_id FROM attempts "
                "WHERE id >= ?2 AND relay = ?1 AND outcome IN (?4, ?5))">();
    update.bind_all(relay, since_attempt, now, static_cast<int>(OutcomeKind::deferred),
                    static_cast<int>(OutcomeKind::domain_slowed));
    update.run();
}

std::int64_t DeliveryStore::size_of(std::int64_t mailing_id) {
    // One of letters has those of some days, in no order.
    auto& letters = db_.cached<
        "SELECT (SELECT count(*) FROM deliveries INDEXED BY deliveries_once WHERE mailing_id = ?1) FROM mailings "
        "WHERE id = ?1 AND kind " +
        db::is<MailingKind::letters>>();
    const std::int64_t counted = letters.bind(1, mailing_id).step() ? letters.integer(0) : 0;
    letters.reset();
    if (counted > 0) return counted;
    // They are created in ascending order of readers, so the first and the last tell how many there are, but
    // for those of mailings that were created at the same time.
    auto& query = db_.cached<
        "SELECT (SELECT id FROM deliveries INDEXED BY deliveries_once WHERE mailing_id = ?1 "
        "ORDER BY subscriber_id DESC LIMIT 1) - (SELECT id FROM deliveries INDEXED BY "
        "deliveries_once WHERE mailing_id = ?1 ORDER BY subscriber_id LIMIT 1) + 1">();
    const std::int64_t size = query.bind(1, mailing_id).step() && !query.is_null(0) ? query.integer(0) : 0;
    query.reset();
    return size;
}

bool DeliveryStore::anything_sending(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT 1 FROM deliveries INDEXED BY deliveries_sending WHERE state " +
                             delivery_state::sending + " AND mailing_id = ?1 LIMIT 1">();
    const bool any = query.bind(1, mailing_id).step();
    query.reset();
    return any;
}

bool DeliveryStore::anything_sending() {
    auto& query = db_.cached<"SELECT 1 FROM deliveries INDEXED BY deliveries_sending WHERE state " +
                             delivery_state::sending + " LIMIT 1">();
    const bool any = query.step();
    query.reset();
    return any;
}

std::optional<Time> DeliveryStore::next_due(const Leaving& leaves) {
    std::vector<std::int64_t> places{0};
    const LimitStore::Shelves shelves = LimitStore(db_).shelves();
    for (const auto& [domain, shelf] : shelves.domains) places.push_back(shelf);
    for (const auto& [provider, shelf] : shelves.providers) places.push_back(shelf);
    auto query = db_.prepare<"SELECT id, state, not_before, newsletter, kind FROM mailings WHERE state " +
                             mailing_state::under_way>();
    std::optional<Time> earliest;
    const auto consider = [&](Time time) {
        if (leaves) time = leaves(query.text(3), static_cast<MailingKind>(query.integer(4)), time);
        earliest = earliest ? std::min(*earliest, time) : time;
    };
    while (query.step()) {
        if (static_cast<MailingState>(query.integer(1)) == MailingState::scheduled) consider(query.time(2));
        for (const std::int64_t shelf : places) {
            auto& due = db_.cached<
                "SELECT due FROM deliveries INDEXED BY deliveries_due WHERE mailing_id = ?1 AND "
                "shelf = ?2 AND " +
                delivery_state::waiting<"state"> + " ORDER BY due LIMIT 1">();
            due.bind_all(query.integer(0), shelf);
            if (due.step()) consider(due.time(0));
            due.reset();
        }
    }
    return earliest;
}

}  // namespace paperround::queue

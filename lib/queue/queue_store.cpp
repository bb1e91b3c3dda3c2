#include "queue/queue_store.hpp"

#include <algorithm>

#include "base/mailbox.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

int number(DeliveryState state) {
    return static_cast<int>(state);
}
int number(MailingState state) {
    return static_cast<int>(state);
}

constexpr db::Sql select_mailings =
    "SELECT id, newsletter, kind, post_id, title, key, state, pause_reason, created, not_before, finished, "
    "fan_out_cursor FROM mailings ";

Mailing read_mailing(const db::Statement& row) {
    return {.id = row.integer(0),
            .newsletter = row.text(1),
            .kind = static_cast<MailingKind>(row.integer(2)),
            .post_id = row.integer(3),
            .title = row.text(4),
            .key = row.text(5),
            .state = static_cast<MailingState>(row.integer(6)),
            .pause_reason = row.text(7),
            .created = row.time(8),
            .not_before = row.time(9),
            .finished = row.optional_time(10),
            .fan_out_cursor = row.integer(11)};
}

std::optional<Mailing> first_mailing(db::Statement& query) {
    std::optional<Mailing> found;
    if (query.step()) found = read_mailing(query);
    query.reset();
    return found;
}

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
            progress.dropped += count;
            break;
    }
}

}  // namespace

std::optional<std::int64_t> QueueStore::create_mailing(const NewMailing& mailing, Time now) {
    auto& insert =
        db_.transaction()
            .cached<
                "INSERT INTO mailings (newsletter, kind, post_id, title, key, state, created, not_before) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING RETURNING id">();
    insert.bind_all(mailing.newsletter, static_cast<int>(mailing.kind), mailing.post_id, mailing.title,
                    mailing.key, number(MailingState::scheduled), now, mailing.not_before);
    const auto id = insert.run_for_id();
    if (!id) return std::nullopt;
    for (const std::int64_t post : mailing.further_posts) {
        db_.transaction()
            .cached<"INSERT INTO digest_posts (mailing_id, post_id) VALUES (?1, ?2)">()
            .bind_all(*id, post)
            .run();
    }
    return id;
}

std::optional<Mailing> QueueStore::mailing(std::int64_t id) {
    auto& query = db_.cached<select_mailings + "WHERE id = ?1">();
    query.bind(1, id);
    return first_mailing(query);
}

bool QueueStore::is_over(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT 1 FROM mailings WHERE id = ?1 AND state " + mailing_state::open>();
    const bool goes_on = query.bind(1, mailing_id).step();
    query.reset();
    return !goes_on;
}

std::vector<std::int64_t> QueueStore::posts_of(const Mailing& mailing) {
    std::vector<std::int64_t> posts{mailing.post_id};
    auto& query = db_.cached<"SELECT post_id FROM digest_posts WHERE mailing_id = ?1 ORDER BY post_id">();
    query.bind(1, mailing.id);
    while (query.step()) posts.push_back(query.integer(0));
    query.reset();
    return posts;
}

std::optional<DigestMoment> QueueStore::digest_moment(std::string_view newsletter) {
    auto& query = db_.cached<"SELECT schedule, next FROM digest_moments WHERE newsletter = ?1">();
    query.bind(1, newsletter);
    std::optional<DigestMoment> moment;
    if (query.step()) moment = {.schedule = query.text(0), .next = query.time(1)};
    query.reset();
    return moment;
}

void QueueStore::save_digest_moment(std::string_view newsletter, const DigestMoment& moment) {
    auto& upsert =
        db_.transaction()
            .cached<
                "INSERT INTO digest_moments VALUES (?1, ?2, ?3) ON CONFLICT (newsletter) DO UPDATE "
                "SET schedule = ?2, next = ?3">();
    upsert.bind_all(newsletter, moment.schedule, moment.next);
    upsert.run();
}

std::vector<Mailing> QueueStore::planned_behind(Time now) {
    auto query = db_.prepare<select_mailings + "WHERE state = ?1 AND created > ?2 AND not_before > ?2">();
    query.bind_all(number(MailingState::scheduled), now);
    std::vector<Mailing> found;
    while (query.step()) found.push_back(read_mailing(query));
    return found;
}

std::vector<Mailing> QueueStore::mailings(unsigned limit) {
    auto query = db_.prepare<select_mailings + "ORDER BY id DESC LIMIT ?1">();
    query.bind(1, limit);
    std::vector<Mailing> found;
    while (query.step()) found.push_back(read_mailing(query));
    return found;
}

Progress QueueStore::progress(std::int64_t mailing_id) {
    auto query = db_.prepare<"SELECT state, count(*) FROM deliveries WHERE mailing_id = ?1 GROUP BY state">();
    query.bind(1, mailing_id);
    Progress progress;
    while (query.step())
        count_state(progress, static_cast<DeliveryState>(query.integer(0)), query.integer(1));
    return progress;
}

int QueueStore::start_due(Time now) {
    auto& update =
        db_.transaction().cached<"UPDATE mailings SET state = ?1 WHERE state = ?2 AND not_before <= ?3">();
    update.bind_all(number(MailingState::fanning), number(MailingState::scheduled), now);
    return update.run();
}

std::vector<Mailing> QueueStore::fanning(unsigned limit) {
    auto& query = db_.cached<select_mailings + "WHERE state = ?1 ORDER BY kind DESC, id LIMIT ?2">();
    query.bind_all(number(MailingState::fanning), limit);
    std::vector<Mailing> found;
    while (query.step()) found.push_back(read_mailing(query));
    return found;
}

void QueueStore::add_deliveries(std::int64_t mailing_id, std::span<const Addressee> addressees, Time now,
                                const Providers& providers) {
    if (addressees.empty()) return;
    auto& insert = db_.transaction()
                       .cached<
                           "INSERT INTO deliveries (mailing_id, subscriber_id, recipient, state, due, shelf) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING">();
    const Shelves shelves = this->shelves();
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

void QueueStore::finish_fan_out(std::int64_t mailing_id, Time now) {
    auto& update = db_.transaction()
                       .cached<"UPDATE mailings SET fan_out_done " + fan_out::done +
                               ", state = ?2 WHERE id = ?1 AND state = ?3">();
    update.bind_all(mailing_id, number(MailingState::sending), number(MailingState::fanning));
    update.run();
    settle(mailing_id, 0, now);
}

void QueueStore::settle(std::int64_t mailing_id, std::int64_t finals, Time now) {
    auto& update = db_.transaction().cached<"UPDATE mailings SET pending = pending - ?2 WHERE id = ?1">();
    update.bind_all(mailing_id, finals);
    if (finals != 0) update.run();
    auto& finish = db_.transaction()
                       .cached<
                           "UPDATE mailings SET state = ?2, finished = ?3 WHERE id = ?1 AND pending = 0 AND "
                           "fan_out_done <> " +
                           db::stored<FanOut::under_way> + " AND state = ?4">();
    finish.bind_all(mailing_id, number(MailingState::done), now, number(MailingState::sending));
    finish.run();
}

bool QueueStore::pause(std::int64_t mailing_id, std::string_view reason) {
    auto& update = db_.transaction()
                       .cached<"UPDATE mailings SET state = ?2, pause_reason = ?3 WHERE id = ?1 AND state " +
                               mailing_state::under_way>();
    update.bind_all(mailing_id, number(MailingState::paused), reason);
    return update.run() > 0;
}

int QueueStore::pause_newsletter(std::string_view newsletter, std::string_view reason) {
    auto& update =
        db_.transaction()
            .cached<"UPDATE mailings SET state = ?2, pause_reason = ?3 WHERE newsletter = ?1 AND state " +
                    mailing_state::under_way>();
    update.bind_all(newsletter, number(MailingState::paused), reason);
    return update.run();
}

bool QueueStore::resume(std::int64_t mailing_id, Time now) {
    // A mailing that was paused before its time fans out at once: its schedule's moment is what resuming
    // overrides.
    auto& update =
        db_.transaction()
            .cached<"UPDATE mailings SET state = CASE WHEN fan_out_done " + fan_out::under_way + " THEN " +
                    db::stored<MailingState::fanning> + " ELSE " + db::stored<MailingState::sending> +
                    " END, pause_reason = '' WHERE id = ?1 AND state = ?2">();
    update.bind_all(mailing_id, number(MailingState::paused));
    if (update.run() == 0) return false;
    // A person has decided: what its breaker has seen until now does not count again.
    db_.transaction().cached<"DELETE FROM breakers WHERE mailing_id = ?1">().bind(1, mailing_id).run();
    // What couriers held when it was paused may have been the last of it.
    settle(mailing_id, 0, now);
    return true;
}

std::vector<std::int64_t> QueueStore::cancel(std::int64_t mailing_id, Time now) {
    auto& update = db_.transaction()
                       .cached<"UPDATE mailings SET state = ?2, finished = ?3 WHERE id = ?1 AND state " +
                               mailing_state::open>();
    update.bind_all(mailing_id, number(MailingState::cancelled), now);
    if (update.run() == 0) return {};
    std::vector<std::int64_t> held_by_couriers;
    auto query = db_.prepare<"SELECT id FROM deliveries INDEXED BY deliveries_sending WHERE state " +
                             delivery_state::sending + " AND mailing_id = ?1">();
    query.bind(1, mailing_id);
    while (query.step()) held_by_couriers.push_back(query.integer(0));
    for (const std::int64_t id : held_by_couriers) {
        auto& drop = db_.transaction().cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1">();
        drop.bind_all(id, number(DeliveryState::cancelled));
        drop.run();
    }
    settle(mailing_id, static_cast<std::int64_t>(held_by_couriers.size()), now);
    return held_by_couriers;
}

int QueueStore::sweep_cancelled(int limit, Time now) {
    auto& query = db_.cached<"SELECT id FROM mailings WHERE state = ?1 AND pending > 0 LIMIT 1">();
    query.bind(1, number(MailingState::cancelled));
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
             .cached<cancel_deliveries + "INDEXED BY deliveries_due WHERE mailing_id = ?1 AND state " +
                     delivery_state::waiting + " LIMIT ?3)">());
    drop(db_.transaction()
             .cached<cancel_deliveries + "INDEXED BY deliveries_held WHERE mailing_id = ?1 AND state " +
                     delivery_state::held + " LIMIT ?3)">());
    settle(mailing_id, swept, now);
    // What is left of the account is what couriers still hold; it settles itself.
    return swept;
}

std::vector<std::int64_t> QueueStore::withdraw(std::string_view newsletter, std::int64_t subscriber_id,
                                               DeliveryState final_state, Time now) {
    auto query = db_.prepare<
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
    std::vector<std::int64_t> held_by_couriers;
    for (const Found& delivery : found) {
        auto& update = db_.transaction().cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1">();
        update.bind_all(delivery.id, number(final_state));
        update.run();
        settle(delivery.mailing_id, 1, now);
        if (delivery.state == DeliveryState::sending) held_by_couriers.push_back(delivery.id);
    }
    return held_by_couriers;
}

std::vector<std::int64_t> QueueStore::no_longer_sending(std::span<const std::int64_t> ids) {
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

bool QueueStore::doubted_before(std::int64_t subscriber_id, std::int64_t except_mailing, Time before) {
    auto query = db_.prepare<
        "SELECT 1 FROM mailings m JOIN deliveries d ON d.mailing_id = m.id AND "
        "d.subscriber_id = ?1 JOIN attempts a ON a.delivery_id = d.id AND a.outcome = ?2 AND "
        "a.at <= ?3 WHERE m.id <> ?4 LIMIT 1">();
    query.bind_all(subscriber_id, static_cast<int>(OutcomeKind::perhaps_recipient), before, except_mailing);
    return query.step();
}

std::optional<Time> QueueStore::next_due(const Leaving& leaves) {
    std::vector<std::int64_t> places{0};
    const Shelves shelves = this->shelves();
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
                "shelf = ?2 AND state " +
                delivery_state::waiting + " ORDER BY due LIMIT 1">();
            due.bind_all(query.integer(0), shelf);
            if (due.step()) consider(due.time(0));
            due.reset();
        }
    }
    return earliest;
}

}  // namespace paperround::queue

// What a bounce drops elsewhere: the part of QueueStore that lets a reader's other deliveries go with his
// address, and brings them back where the bounce is not believed after all.
#include <limits>

#include "queue/queue_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

void QueueStore::drop_elsewhere(std::int64_t mailing_id, std::int64_t subscriber_id, Time now) {
    auto query = db_.prepare<
        "SELECT d.id, d.mailing_id, d.state FROM mailings m JOIN deliveries d ON "
        "d.mailing_id = m.id WHERE d.subscriber_id = ?1 AND d.state " +
        delivery_state::waiting_or_held + " AND m.state " + mailing_state::open + " AND m.id <> ?2">();
    query.bind_all(subscriber_id, mailing_id);
    std::vector<DroppedDelivery> waiting;
    while (query.step()) {
        waiting.push_back({.id = query.integer(0),
                           .mailing_id = query.integer(1),
                           .newsletter = {},
                           .subscriber_id = subscriber_id,
                           .before = static_cast<DeliveryState>(query.integer(2))});
    }
    for (const DroppedDelivery& delivery : waiting) {
        db_.transaction()
            .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1">()
            .bind_all(delivery.id, static_cast<int>(DeliveryState::suppressed))
            .run();
        db_.transaction()
            .cached<
                "INSERT INTO provisional_drops VALUES (?1, ?2, ?3, ?4) "
                "ON CONFLICT (mailing_id, subscriber_id, delivery_id) DO UPDATE SET state = ?4">()
            .bind_all(mailing_id, subscriber_id, delivery.id, static_cast<int>(delivery.before))
            .run();
        settle(delivery.mailing_id, 1, now);
    }
}

std::vector<DroppedDelivery> QueueStore::dropped_by(std::int64_t mailing_id,
                                                    std::optional<std::int64_t> subscriber_id) {
    auto query = db_.prepare<
        "SELECT d.id, d.mailing_id, m.newsletter, d.subscriber_id, p.state "
        "FROM provisional_drops p CROSS JOIN deliveries d CROSS JOIN mailings m "
        "WHERE p.mailing_id = ?1 AND p.subscriber_id BETWEEN ?2 AND ?3 AND d.id = p.delivery_id "
        "AND m.id = d.mailing_id AND m.state <> " +
        db::stored<MailingState::cancelled>>();
    constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    query.bind_all(mailing_id, subscriber_id.value_or(0), subscriber_id.value_or(all));
    std::vector<DroppedDelivery> dropped;
    while (query.step()) {
        dropped.push_back({query.integer(0), query.integer(1), query.text(2), query.integer(3),
                           static_cast<DeliveryState>(query.integer(4))});
    }
    return dropped;
}

void QueueStore::restore(const DroppedDelivery& delivery) {
    auto& update = db_.transaction()
                       .cached<"UPDATE deliveries SET state = ?2, shelf = 0 WHERE id = ?1 AND state = ?3">();
    update.bind_all(delivery.id, static_cast<int>(delivery.before),
                    static_cast<int>(DeliveryState::suppressed));
    if (update.run() > 0) reopen(delivery.mailing_id, 1);
}

int QueueStore::forget_drops(std::int64_t mailing_id, int limit) {
    auto& remove = db_.transaction()
                       .cached<
                           "DELETE FROM provisional_drops WHERE mailing_id = ?1 AND (subscriber_id, "
                           "delivery_id) IN (SELECT subscriber_id, delivery_id FROM provisional_drops WHERE "
                           "mailing_id = ?1 LIMIT ?2)">();
    remove.bind_all(mailing_id, limit);
    return remove.run();
}

void QueueStore::reopen(std::int64_t mailing_id, std::int64_t deliveries) {
    auto& update =
        db_.transaction()
            .cached<
                "UPDATE mailings SET pending = pending + ?2, bounces_stand = 0, finished = CASE WHEN "
                "state " +
                mailing_state::done + " THEN NULL ELSE finished END, state = CASE WHEN state " +
                mailing_state::done + " THEN " + db::stored<MailingState::sending> +
                " ELSE state END WHERE id = ?1">();
    update.bind_all(mailing_id, deliveries);
    update.run();
}

}  // namespace paperround::queue

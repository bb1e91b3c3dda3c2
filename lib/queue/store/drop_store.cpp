#include "queue/store/drop_store.hpp"

#include <limits>

#include "queue/store/mailing_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

void DropStore::drop_elsewhere(std::int64_t mailing_id, std::int64_t subscriber_id, Time now) {
    // A reply may come when the mailing has ended already: what it says is to be made final too.
    db_.transaction()
        .cached<"UPDATE mailings SET bounces_stand = 0 WHERE id = ?1 AND bounces_stand <> 0">()
        .bind(1, mailing_id)
        .run();
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
        MailingStore(db_).settle(delivery.mailing_id, 1, now);
    }
}

std::vector<DroppedDelivery> DropStore::dropped_by(std::int64_t mailing_id,
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

void DropStore::restore(const DroppedDelivery& delivery) {
    auto& update = db_.transaction()
                       .cached<"UPDATE deliveries SET state = ?2, shelf = 0 WHERE id = ?1 AND state = ?3">();
    update.bind_all(delivery.id, static_cast<int>(delivery.before),
                    static_cast<int>(DeliveryState::suppressed));
    if (update.run() > 0) MailingStore(db_).reopen(delivery.mailing_id, 1);
}

int DropStore::forget_drops(std::int64_t mailing_id, int limit) {
    auto& remove = db_.transaction()
                       .cached<
                           "DELETE FROM provisional_drops WHERE mailing_id = ?1 AND (subscriber_id, "
                           "delivery_id) IN (SELECT subscriber_id, delivery_id FROM provisional_drops WHERE "
                           "mailing_id = ?1 LIMIT ?2)">();
    remove.bind_all(mailing_id, limit);
    return remove.run();
}

std::vector<std::int64_t> DropStore::newly_ended(int limit) {
    auto& query =
        db_.cached<"SELECT id FROM mailings INDEXED BY mailings_ended WHERE state " + mailing_state::over +
                   " "
                   "AND bounces_stand = 0 LIMIT ?1">();
    query.bind(1, limit);
    std::vector<std::int64_t> ids;
    while (query.step()) ids.push_back(query.integer(0));
    query.reset();
    return ids;
}

void DropStore::bounces_stand(std::int64_t mailing_id) {
    db_.transaction()
        .cached<"UPDATE mailings SET bounces_stand = 1 WHERE id = ?1">()
        .bind(1, mailing_id)
        .run();
}

}  // namespace paperround::queue

// Sending again: the part of QueueStore behind `mailings retry`.
#include "queue/queue_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

std::vector<DeliveryRow> QueueStore::deliveries_after(std::int64_t mailing_id, std::int64_t subscriber_id,
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

int QueueStore::queue_again(std::int64_t mailing_id, std::span<const std::int64_t> ids, Time now) {
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

void QueueStore::resume_fan_out(std::int64_t mailing_id) {
    auto& update = db_.transaction()
                       .cached<"UPDATE mailings SET fan_out_done " + fan_out::under_way +
                               ", state = " + db::stored<MailingState::fanning> +
                               ", finished = NULL, bounces_stand = 0 WHERE id = ?1 AND (fan_out_done " +
                               fan_out::broken_off + " OR (fan_out_done " + fan_out::under_way +
                               " AND state " + mailing_state::cancelled + "))">();
    update.bind(1, mailing_id);
    update.run();
}

}  // namespace paperround::queue

#include "queue/admin/queue_control.hpp"

#include <algorithm>
#include <vector>

#include "queue/outcome.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr int rows_at_once = 1000;

std::vector<Mailing> open_mailings(db::Database& database, const Selection& selection) {
    auto query = database.prepare<"SELECT id, state FROM mailings WHERE state " + mailing_state::open +
                                  " AND (id = ?1 OR ?1 = 0) AND (?2 = '' OR newsletter = ?2) ORDER BY id">();
    query.bind_all(selection.mailing_id, selection.newsletter);
    std::vector<Mailing> found;
    while (query.step()) {
        Mailing mailing;
        mailing.id = query.integer(0);
        mailing.state = static_cast<MailingState>(query.integer(1));
        found.push_back(std::move(mailing));
    }
    return found;
}

}  // namespace

struct QueueControl::Row {
    std::int64_t id = 0;
    std::int64_t subscriber_id = 0;
    DeliveryState state = DeliveryState::queued;
    bool doubtful = false;  // its last attempt may have arrived
};

struct QueueControl::Page {
    std::int64_t mailing_id = 0;
    bool paused = false;
    std::vector<Row> rows;
};

// Read without a transaction: where few match, it looks at many.
QueueControl::Page QueueControl::next_page(const Selection& selection, std::int64_t mailing,
                                           std::int64_t after) {
    auto& query = db_.cached<
        "SELECT d.id, d.subscriber_id, d.state, (SELECT a.outcome FROM attempts a WHERE "
        "a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1) FROM deliveries d INDEXED BY "
        "deliveries_once WHERE d.mailing_id = ?1 AND d.subscriber_id > ?2 AND d.state " +
        delivery_state::not_final +
        " AND (?3 = '' OR lower(d.recipient) LIKE lower(?3) ESCAPE '\\') ORDER "
        "BY d.subscriber_id LIMIT ?4">();
    query.bind_all(mailing, after, selection.recipient_like, rows_at_once);
    Page page{.mailing_id = mailing, .paused = false, .rows = {}};
    while (query.step()) {
        const auto state = static_cast<DeliveryState>(query.integer(2));
        const bool doubt = !query.is_null(3) && query.integer(3) == static_cast<int>(OutcomeKind::in_doubt);
        page.rows.push_back(
            {query.integer(0), query.integer(1), state, doubt || state == DeliveryState::in_doubt});
    }
    query.reset();
    return page;
}

QueueCount QueueControl::apply(QueueAction action, const Selection& selection, bool doubtful, Time now) {
    QueueCount count;
    for (const Mailing& mailing : open_mailings(db_, selection)) {
        for (std::int64_t after = 0;;) {
            Page page = next_page(selection, mailing.id, after);
            if (page.rows.empty()) break;
            after = page.rows.back().subscriber_id;
            page.paused = mailing.state == MailingState::paused;
            change(action, page, doubtful, now, count);
        }
    }
    return count;
}

void QueueControl::change(QueueAction action, const Page& page, bool doubtful, Time now, QueueCount& count) {
    db::Transaction transaction(db_);
    std::int64_t changed = 0;
    for (const Row& row : page.rows) {
        const bool resends = action == QueueAction::release && row.state == DeliveryState::held;
        const bool hastens = action == QueueAction::flush && row.state == DeliveryState::in_doubt;
        if (row.doubtful && ((resends && !doubtful) || hastens)) {
            ++count.in_doubt;
        } else if (row.state == DeliveryState::sending && action != QueueAction::drop) {
            ++count.sending;
        } else if (change_row(action, row, now)) {
            ++changed;
            if (row.state == DeliveryState::sending) ++count.sending;
        }
    }
    if (action == QueueAction::drop) MailingStore(db_).settle(page.mailing_id, changed, now);
    transaction.commit();
    count.changed += changed;
    const bool sets_free = action == QueueAction::flush || action == QueueAction::release;
    if (page.paused && sets_free) count.paused += changed;
}

bool QueueControl::change_row(QueueAction action, const Row& row, Time now) {
    switch (action) {
        case QueueAction::flush: {
            // What it was spared of its wait counts no more towards giving up.
            auto& update =
                db_.transaction()
                    .cached<
                        "UPDATE deliveries SET due = CASE WHEN due > ?2 THEN ?2 ELSE due END, "
                        "waited = CASE WHEN due <= ?2 THEN waited WHEN waited > due - ?2 THEN waited - (due - ?2) ELSE 0 END "
                        "WHERE id = ?1 AND state = ?3">();
            update.bind_all(row.id, now, number(DeliveryState::deferred));
            return update.run() > 0;
        }
        case QueueAction::hold: {
            auto& update = db_.transaction()
                               .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1 AND " +
                                       delivery_state::waiting<"state">>();
            update.bind_all(row.id, number(DeliveryState::held));
            return update.run() > 0;
        }
        case QueueAction::release: {
            // A person wants it sent: it has all its time again.
            auto& update =
                db_.transaction()
                    .cached<
                        "UPDATE deliveries SET state = ?2, due = ?3, waited = 0 WHERE id = ?1 AND state = ?4">();
            update.bind_all(row.id, number(DeliveryState::queued), now, number(DeliveryState::held));
            return update.run() > 0;
        }
        case QueueAction::drop: {
            auto& update = db_.transaction()
                               .cached<"UPDATE deliveries SET state = ?2 WHERE id = ?1 AND state " +
                                       delivery_state::not_final>();
            update.bind_all(row.id, number(DeliveryState::cancelled));
            return update.run() > 0;
        }
    }
    return false;
}

}  // namespace paperround::queue

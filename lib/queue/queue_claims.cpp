// Claims, outcomes and recovery: the part of QueueStore that only the daemon's ledger uses.
#include <algorithm>

#include "queue/queue_store.hpp"

namespace paperround::queue {

namespace {

constexpr std::string_view due_deliveries =
    "SELECT id, mailing_id, subscriber_id, recipient, attempts, doubts, tries, started_uptime "
    "FROM deliveries INDEXED BY deliveries_due "
    "WHERE mailing_id = ?1 AND state IN (0, 2, 3) AND due <= ?2 ORDER BY due, id LIMIT ?3";

Delivery read_delivery(const db::Statement& row) {
    Delivery delivery{.id = row.integer(0),
                      .mailing_id = row.integer(1),
                      .subscriber_id = row.integer(2),
                      .recipient = row.text(3),
                      .attempts = static_cast<unsigned>(row.integer(4)),
                      .doubts = static_cast<unsigned>(row.integer(5)),
                      .tries = row.integer(6)};
    if (!row.is_null(7)) delivery.started_uptime = Duration(row.integer(7));
    return delivery;
}

void set_state(db::Database& database, std::int64_t delivery_id, DeliveryState state) {
    auto& update = database.cached("UPDATE deliveries SET state = ?2 WHERE id = ?1");
    update.bind_all(delivery_id, static_cast<int>(state));
    update.run();
}

// Appends up to `limit` due deliveries of one mailing and marks them.
std::size_t claim_from(db::Database& database, std::int64_t mailing_id, std::size_t limit, Time now,
                       std::vector<Delivery>& claimed) {
    const std::size_t before = claimed.size();
    auto& query = database.cached(due_deliveries);
    query.bind_all(mailing_id, now, static_cast<std::int64_t>(limit));
    while (query.step()) claimed.push_back(read_delivery(query));
    query.reset();
    for (std::size_t i = before; i < claimed.size(); ++i)
        set_state(database, claimed[i].id, DeliveryState::sending);
    return claimed.size() - before;
}

struct ActiveMailings {
    std::vector<std::int64_t> personal;
    std::vector<std::int64_t> newsletters;
};

ActiveMailings active_mailings(db::Database& database, std::span<const std::string> newsletters) {
    ActiveMailings active;
    auto& query =
        database.cached("SELECT id, newsletter, kind FROM mailings WHERE state IN (1, 2) ORDER BY id");
    while (query.step()) {
        if (std::ranges::find(newsletters, query.text(1)) == newsletters.end()) continue;
        const bool personal = static_cast<MailingKind>(query.integer(2)) == MailingKind::personal;
        (personal ? active.personal : active.newsletters).push_back(query.integer(0));
    }
    query.reset();
    return active;
}

}  // namespace

std::vector<Delivery> QueueStore::claim(std::span<const std::string> newsletters, std::size_t limit,
                                        Time now) {
    std::vector<Delivery> claimed;
    auto active = active_mailings(db_, newsletters);
    for (const std::int64_t mailing : active.personal) {
        if (claimed.size() < limit) claim_from(db_, mailing, limit - claimed.size(), now, claimed);
    }
    // In turn: begin behind the mailing that was served last, and give each an equal share until nothing is
    // left.
    auto& waiting = active.newsletters;
    std::rotate(waiting.begin(), std::ranges::upper_bound(waiting, last_served_mailing_), waiting.end());
    while (!waiting.empty() && claimed.size() < limit) {
        const std::size_t share = std::max<std::size_t>(1, (limit - claimed.size()) / waiting.size());
        std::vector<std::int64_t> more;
        for (const std::int64_t mailing : waiting) {
            const std::size_t wanted = std::min(share, limit - claimed.size());
            if (wanted == 0) break;
            last_served_mailing_ = mailing;
            if (claim_from(db_, mailing, wanted, now, claimed) == wanted) more.push_back(mailing);
        }
        waiting = std::move(more);
    }
    return claimed;
}

void QueueStore::record(const Delivery& delivery, const Outcome& outcome, const Step& step,
                        std::string_view relay, Time now) {
    auto& update = db_.cached(
        "UPDATE deliveries SET state = ?2, due = ?3, attempts = attempts + ?4, doubts = doubts + ?5, "
        "tries = tries + 1, started_uptime = ?6 WHERE id = ?1 AND state = 1");
    std::optional<std::int64_t> started;
    if (delivery.started_uptime) started = delivery.started_uptime->count();
    update.bind_all(delivery.id, static_cast<int>(step.state), step.due, step.counted, step.doubted, started);
    if (update.run() > 0) {
        if (is_final(step.state)) settle(delivery.mailing_id, 1, now);
    } else if (outcome.kind == OutcomeKind::accepted) {
        set_state(db_, delivery.id, DeliveryState::sent);
    }
    auto& insert = db_.cached(
        "INSERT INTO attempts (delivery_id, at, attempt, outcome, relay, stage, code, enhanced, text, tls, "
        "ms) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    insert.bind_all(delivery.id, now, delivery.tries + 1, static_cast<int>(outcome.kind), relay,
                    static_cast<int>(outcome.stage), outcome.code, outcome.enhanced, outcome.text,
                    outcome.tls, static_cast<std::int64_t>(outcome.took.count()));
    insert.run();
}

void QueueStore::release(std::int64_t delivery_id) {
    auto& update = db_.cached("UPDATE deliveries SET state = ?2 WHERE id = ?1 AND state = 1");
    update.bind_all(delivery_id, static_cast<int>(DeliveryState::queued));
    update.run();
}

int QueueStore::recover_interrupted(const config::Retry& retry, config::OnDoubt on_doubt, Time now,
                                    Random& random) {
    std::vector<Delivery> interrupted;
    {
        auto query = db_.prepare(
            "SELECT id, mailing_id, subscriber_id, recipient, attempts, doubts, tries, started_uptime "
            "FROM deliveries WHERE state = 1 ORDER BY id");
        while (query.step()) interrupted.push_back(read_delivery(query));
    }
    const Outcome outcome{.kind = OutcomeKind::in_doubt,
                          .stage = Stage::final_dot,
                          .text = "the daemon stopped without recording how this attempt ended"};
    for (const Delivery& delivery : interrupted) {
        record(delivery, outcome, next_step(delivery, outcome, retry, on_doubt, {}, now, random), "", now);
    }
    return static_cast<int>(interrupted.size());
}

}  // namespace paperround::queue

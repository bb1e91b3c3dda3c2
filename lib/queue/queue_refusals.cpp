// Whose fault a refusal was: the part of QueueStore that counts what readers were told, and takes back what
// was recorded about them.
#include <algorithm>

#include "queue/queue_store.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

// Enough to know a share, few enough for a commit.
constexpr int sample_of_mailing = 5000;
constexpr int sample_of_earlier = 2000;

}  // namespace

std::int64_t QueueStore::last_attempt() {
    auto& query = db_.cached<"SELECT max(id) FROM attempts">();
    const std::int64_t last = query.step() && !query.is_null(0) ? query.integer(0) : 0;
    query.reset();
    return last;
}

std::vector<AttemptOnRecord> QueueStore::last_attempts(int limit) {
    auto query = db_.prepare<
        "SELECT a.relay, d.id, d.mailing_id, d.subscriber_id, d.recipient, a.attempt, a.outcome, a.stage, a.code, "
        "a.enhanced, a.text, a.id, a.at FROM (SELECT * FROM attempts ORDER BY id DESC LIMIT ?1) a "
        "CROSS JOIN deliveries d WHERE d.id = a.delivery_id ORDER BY a.id">();
    query.bind(1, limit);
    std::vector<AttemptOnRecord> attempts;
    while (query.step()) {
        AttemptOnRecord attempt{.id = query.integer(11),
                                .at = query.time(12),
                                .relay = query.text(0),
                                .delivery = {},
                                .outcome = {}};
        attempt.delivery.id = query.integer(1);
        attempt.delivery.mailing_id = query.integer(2);
        attempt.delivery.subscriber_id = query.integer(3);
        attempt.delivery.recipient = query.text(4);
        attempt.delivery.tries = query.integer(5) - 1;
        attempt.outcome.kind = static_cast<OutcomeKind>(query.integer(6));
        attempt.outcome.stage = static_cast<Stage>(query.integer(7));
        attempt.outcome.code = static_cast<int>(query.integer(8));
        attempt.outcome.enhanced = query.text(9);
        attempt.outcome.text = query.text(10);
        // What the words were about is not stored; to take them for the mailbox's asks for the longer run.
        const bool bounced = attempt.outcome.kind == OutcomeKind::rejected_recipient ||
                             attempt.outcome.kind == OutcomeKind::perhaps_recipient;
        if (bounced) attempt.outcome.about = About::mailbox;
        attempts.push_back(std::move(attempt));
    }
    return attempts;
}

std::vector<DeliveryRow> QueueStore::take_back(std::int64_t mailing_id, std::int64_t since_attempt,
                                               Time now) {
    auto query = db_.prepare<
        "SELECT DISTINCT d.id, d.subscriber_id, d.recipient, d.state FROM attempts a CROSS JOIN deliveries d "
        "WHERE a.id >= ?1 AND d.id = a.delivery_id AND d.mailing_id = ?2 AND d.state " +
        delivery_state::refused_for_good>();
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
    reopen(mailing_id, static_cast<std::int64_t>(rows.size()));
    return rows;
}

void QueueStore::uncount(std::string_view relay, std::int64_t since_attempt, Time now) {
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

MailboxAnswers QueueStore::mailbox_answers(std::int64_t mailing_id) {
    MailboxAnswers found;
    const auto add = [&found](db::Statement& query) {
        if (query.step()) {
            found.answers += query.integer(0);
            found.about_mailbox += query.integer(1);
        }
        query.reset();
    };
    // Attempts rather than states: what was taken back and resumed by a person has been answered too.
    auto& own =
        db_.cached<"SELECT count(*), count(*) FILTER (WHERE a.outcome " + outcome_kind::about_mailbox +
                   ") FROM (SELECT id FROM deliveries INDEXED BY deliveries_once WHERE mailing_id = ?1 "
                   "ORDER BY subscriber_id LIMIT ?2) d CROSS JOIN attempts a INDEXED BY attempts_delivery "
                   "WHERE a.delivery_id = d.id AND a.outcome " +
                   outcome_kind::answer>();
    add(own.bind_all(mailing_id, sample_of_mailing));
    auto earlier = db_.prepare<
        "SELECT e.id FROM mailings m CROSS JOIN mailings e WHERE m.id = ?1 AND e.newsletter = m.newsletter "
        "AND e.id < m.id AND e.state " +
        mailing_state::done + " ORDER BY e.id DESC LIMIT 3">();
    earlier.bind(1, mailing_id);
    while (earlier.step()) {
        auto& states = db_.cached<"SELECT count(*) FILTER (WHERE state " + delivery_state::answered +
                                  "), count(*) FILTER (WHERE state " + delivery_state::bounced +
                                  ") FROM (SELECT state FROM deliveries INDEXED BY deliveries_once "
                                  "WHERE mailing_id = ?1 ORDER BY subscriber_id LIMIT ?2) first_ones">();
        add(states.bind_all(earlier.integer(0), sample_of_earlier));
    }
    return found;
}

std::int64_t QueueStore::size_of(std::int64_t mailing_id) {
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

bool QueueStore::anything_sending(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT 1 FROM deliveries INDEXED BY deliveries_sending WHERE state " +
                             delivery_state::sending + " AND mailing_id = ?1 LIMIT 1">();
    const bool any = query.bind(1, mailing_id).step();
    query.reset();
    return any;
}

bool QueueStore::anybody_accepted(std::int64_t mailing_id) {
    auto& query = db_.cached<
        "SELECT 1 FROM (SELECT state FROM deliveries INDEXED BY deliveries_once WHERE mailing_id = ?1 "
        "ORDER BY subscriber_id LIMIT ?2) first_ones WHERE state " +
        delivery_state::sent + " LIMIT 1">();
    const bool any = query.bind_all(mailing_id, sample_of_mailing).step();
    query.reset();
    return any;
}

}  // namespace paperround::queue

#include "queue/store/attempt_store.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

// Enough to know a share, few enough for a commit.
constexpr int sample_of_mailing = 5000;
constexpr int sample_of_earlier = 2000;

}  // namespace

std::int64_t AttemptStore::last_attempt() {
    auto& query = db_.cached<"SELECT max(id) FROM attempts">();
    const std::int64_t last = query.step() && !query.is_null(0) ? query.integer(0) : 0;
    query.reset();
    return last;
}

std::vector<AttemptOnRecord> AttemptStore::last_attempts(int limit) {
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

MailboxAnswers AttemptStore::mailbox_answers(std::int64_t mailing_id) {
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

bool AttemptStore::anybody_accepted(std::int64_t mailing_id) {
    auto& query = db_.cached<
        "SELECT 1 FROM (SELECT state FROM deliveries INDEXED BY deliveries_once WHERE mailing_id = ?1 "
        "ORDER BY subscriber_id LIMIT ?2) first_ones WHERE state " +
        delivery_state::sent + " LIMIT 1">();
    const bool any = query.bind_all(mailing_id, sample_of_mailing).step();
    query.reset();
    return any;
}

bool AttemptStore::doubted_before(std::int64_t subscriber_id, std::int64_t except_mailing, Time before) {
    auto query = db_.prepare<
        "SELECT 1 FROM mailings m JOIN deliveries d ON d.mailing_id = m.id AND "
        "d.subscriber_id = ?1 JOIN attempts a ON a.delivery_id = d.id AND a.outcome = ?2 AND "
        "a.at <= ?3 WHERE m.id <> ?4 LIMIT 1">();
    query.bind_all(subscriber_id, static_cast<int>(OutcomeKind::perhaps_recipient), before, except_mailing);
    return query.step();
}

bool AttemptStore::anything_sent() {
    auto& query = db_.cached<"SELECT 1 FROM attempts WHERE outcome = ?1 LIMIT 1">();
    query.bind(1, static_cast<int>(OutcomeKind::accepted));
    const bool any = query.step();
    query.reset();
    return any;
}

}  // namespace paperround::queue

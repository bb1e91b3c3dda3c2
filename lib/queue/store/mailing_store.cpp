#include "queue/store/mailing_store.hpp"

#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr db::Sql select_mailings =
    "SELECT id, newsletter, kind, post_id, title, key, state, pause_reason, created, not_before, finished, "
    "fan_out_cursor, seal FROM mailings ";

Mailing read_mailing(const db::Statement& row) {
    return {.id = row.integer(0),
            .newsletter = row.text(1),
            .kind = static_cast<MailingKind>(row.integer(2)),
            .post_id = row.integer(3),
            .title = row.text(4),
            .key = row.text(5),
            .seal = row.text(12),
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

}  // namespace

std::optional<std::int64_t> MailingStore::create_mailing(const NewMailing& mailing, Time now) {
    auto& insert =
        db_.transaction()
            .cached<
                "INSERT INTO mailings (newsletter, kind, post_id, title, key, state, created, not_before, seal) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING RETURNING id">();
    insert.bind_all(mailing.newsletter, static_cast<int>(mailing.kind), mailing.post_id, mailing.title,
                    mailing.key, number(MailingState::scheduled), now, mailing.not_before, mailing.seal);
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

std::int64_t MailingStore::create_letters(const NewMailing& mailing, Time now) {
    return db_.transaction()
        .cached<
            "INSERT INTO mailings (newsletter, kind, post_id, title, key, state, created, not_before, finished, "
            "seal, fan_out_done) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7, ?8, " +
            db::stored<FanOut::done> + ") RETURNING id">()
        .bind_all(mailing.newsletter, static_cast<int>(MailingKind::letters), mailing.post_id, mailing.title,
                  mailing.key, number(MailingState::done), now, mailing.seal)
        .run_for_id()
        .value();
}

std::optional<Mailing> MailingStore::letters_of(std::int64_t post_id) {
    auto& query = db_.cached<select_mailings + "WHERE kind " + db::is<MailingKind::letters> +
                             " AND post_id = ?1 ORDER BY id DESC LIMIT 1">();
    return first_mailing(query.bind(1, post_id));
}

void MailingStore::go_on(std::int64_t mailing_id) {
    db_.transaction()
        .cached<"UPDATE mailings SET state = " + db::stored<MailingState::sending> +
                ", finished = NULL, bounces_stand = 0 WHERE id = ?1 AND state " + mailing_state::done>()
        .bind(1, mailing_id)
        .run();
}

std::optional<Mailing> MailingStore::mailing(std::int64_t id) {
    auto& query = db_.cached<select_mailings + "WHERE id = ?1">();
    query.bind(1, id);
    return first_mailing(query);
}

bool MailingStore::is_over(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT 1 FROM mailings WHERE id = ?1 AND state " + mailing_state::open>();
    const bool goes_on = query.bind(1, mailing_id).step();
    query.reset();
    return !goes_on;
}

std::vector<std::int64_t> MailingStore::posts_of(const Mailing& mailing) {
    std::vector<std::int64_t> posts{mailing.post_id};
    auto& query = db_.cached<"SELECT post_id FROM digest_posts WHERE mailing_id = ?1 ORDER BY post_id">();
    query.bind(1, mailing.id);
    while (query.step()) posts.push_back(query.integer(0));
    query.reset();
    return posts;
}

std::vector<Mailing> MailingStore::mailings(unsigned limit) {
    auto query = db_.prepare<select_mailings + "ORDER BY id DESC LIMIT ?1">();
    query.bind(1, limit);
    std::vector<Mailing> found;
    while (query.step()) found.push_back(read_mailing(query));
    return found;
}

int MailingStore::start_due(Time now) {
    auto& update =
        db_.transaction().cached<"UPDATE mailings SET state = ?1 WHERE state = ?2 AND not_before <= ?3">();
    update.bind_all(number(MailingState::fanning), number(MailingState::scheduled), now);
    return update.run();
}

std::vector<Mailing> MailingStore::fanning(unsigned limit) {
    auto& query = db_.cached<select_mailings + "WHERE state = ?1 ORDER BY kind DESC, id LIMIT ?2">();
    query.bind_all(number(MailingState::fanning), limit);
    std::vector<Mailing> found;
    while (query.step()) found.push_back(read_mailing(query));
    return found;
}

std::vector<std::int64_t> MailingStore::inactive(std::span<const std::int64_t> mailings) {
    auto& query = db_.cached<"SELECT 1 FROM mailings WHERE id = ?1 AND state " + mailing_state::active>();
    std::vector<std::int64_t> found;
    for (const std::int64_t id : mailings) {
        query.bind(1, id);
        if (!query.step()) found.push_back(id);
        query.reset();
    }
    return found;
}

void MailingStore::pass_over(std::int64_t mailing_id, std::int64_t last_subscriber_id,
                             std::int64_t suppressed) {
    db_.transaction()
        .cached<"UPDATE mailings SET fan_out_cursor = ?2, passed_over = passed_over + ?3 WHERE id = ?1">()
        .bind_all(mailing_id, last_subscriber_id, suppressed)
        .run();
}

void MailingStore::not_reached(std::int64_t mailing_id, std::int64_t readers) {
    db_.transaction()
        .cached<"UPDATE mailings SET not_reached = ?2 WHERE id = ?1">()
        .bind_all(mailing_id, readers)
        .run();
}

void MailingStore::finish_fan_out(std::int64_t mailing_id, Time now) {
    auto& update = db_.transaction()
                       .cached<"UPDATE mailings SET fan_out_done " + fan_out::done +
                               ", state = ?2 WHERE id = ?1 AND state = ?3">();
    update.bind_all(mailing_id, number(MailingState::sending), number(MailingState::fanning));
    update.run();
    settle(mailing_id, 0, now);
}

void MailingStore::resume_fan_out(std::int64_t mailing_id) {
    auto& update =
        db_.transaction()
            .cached<
                "UPDATE mailings SET fan_out_done " + fan_out::under_way + ", state = CASE WHEN state " +
                mailing_state::paused + " THEN state ELSE " + db::stored<MailingState::fanning> +
                " END, finished = NULL, bounces_stand = 0, not_reached = 0 WHERE id = ?1 AND (fan_out_done " +
                fan_out::broken_off + " OR (fan_out_done " + fan_out::under_way + " AND state " +
                mailing_state::cancelled + "))">();
    update.bind(1, mailing_id);
    update.run();
}

bool MailingStore::pause(std::int64_t mailing_id, std::string_view reason) {
    auto& update = db_.transaction()
                       .cached<"UPDATE mailings SET state = ?2, pause_reason = ?3 WHERE id = ?1 AND state " +
                               mailing_state::under_way>();
    update.bind_all(mailing_id, number(MailingState::paused), reason);
    return update.run() > 0;
}

int MailingStore::pause_newsletter(std::string_view newsletter, std::string_view reason) {
    auto& update =
        db_.transaction()
            .cached<"UPDATE mailings SET state = ?2, pause_reason = ?3 WHERE newsletter = ?1 AND state " +
                    mailing_state::under_way>();
    update.bind_all(newsletter, number(MailingState::paused), reason);
    return update.run();
}

bool MailingStore::resume(std::int64_t mailing_id, Time now) {
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

std::vector<std::int64_t> MailingStore::cancel(std::int64_t mailing_id, Time now) {
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

void MailingStore::settle(std::int64_t mailing_id, std::int64_t finals, Time now) {
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

void MailingStore::reopen(std::int64_t mailing_id, std::int64_t deliveries) {
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

Breaker MailingStore::breaker(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT last_outcomes, tripped FROM breakers WHERE mailing_id = ?1">();
    query.bind(1, mailing_id);
    Breaker breaker;
    if (query.step()) breaker = {.window = query.text(0), .tripped = query.integer(1) != 0};
    query.reset();
    return breaker;
}

void MailingStore::save_breaker(std::int64_t mailing_id, const Breaker& breaker) {
    auto& upsert = db_.transaction()
                       .cached<
                           "INSERT INTO breakers (mailing_id, last_outcomes, tripped) VALUES (?1, ?2, ?3) "
                           "ON CONFLICT (mailing_id) DO UPDATE SET last_outcomes = ?2, tripped = ?3">();
    upsert.bind_all(mailing_id, breaker.window, breaker.tripped);
    upsert.run();
}

std::vector<Mailing> MailingStore::planned_behind(Time now) {
    auto query = db_.prepare<select_mailings + "WHERE state = ?1 AND created > ?2 AND not_before > ?2">();
    query.bind_all(number(MailingState::scheduled), now);
    std::vector<Mailing> found;
    while (query.step()) found.push_back(read_mailing(query));
    return found;
}

void MailingStore::plan_again(std::int64_t mailing, Time now, Time not_before) {
    db_.transaction()
        .cached<"UPDATE mailings SET created = ?2, not_before = ?3 WHERE id = ?1">()
        .bind_all(mailing, now, not_before)
        .run();
}

}  // namespace paperround::queue

#include "queue/store/relay_store.hpp"

namespace paperround::queue {

RelayHealth RelayStore::relay_health(std::string_view relay) {
    auto& query = db_.cached<
        "SELECT failures, down_since, next_attempt, reason, resting FROM relays WHERE name = "
        "?1">();
    query.bind(1, relay);
    RelayHealth health;
    if (query.step()) {
        health = {.failures = static_cast<unsigned>(query.integer(0)),
                  .down_since = query.optional_time(1),
                  .next_attempt = query.optional_time(2),
                  .reason = query.text(3),
                  .resting = query.integer(4) != 0};
    }
    query.reset();
    return health;
}

void RelayStore::save_relay_health(std::string_view relay, const RelayHealth& health) {
    auto& upsert = db_.transaction()
                       .cached<
                           "INSERT INTO relays (name, failures, down_since, next_attempt, reason, resting) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO UPDATE SET failures = ?2, "
                           "down_since = ?3, next_attempt = ?4, reason = ?5, resting = ?6">();
    upsert.bind_all(relay, health.failures, health.down_since, health.next_attempt, health.reason,
                    health.resting);
    upsert.run();
}

RelayLessons RelayStore::relay_lessons(std::string_view relay) {
    auto& query = db_.cached<
        "SELECT rate, rate_since, rate_complained, rate_words, connections, "
        "connections_since, connections_trial, connections_wait, connections_words, "
        "messages, messages_since, messages_words FROM relay_lessons WHERE name = ?1">();
    query.bind(1, relay);
    RelayLessons lessons;
    if (query.step()) {
        lessons.pace.limit = query.real(0);
        lessons.pace.since = query.time(1);
        lessons.pace.complained = query.time(2);
        lessons.pace.words = query.text(3);
        lessons.connections = {.limit = static_cast<unsigned>(query.integer(4)),
                               .since = query.time(5),
                               .next_trial = query.time(6),
                               .wait = Duration(query.integer(7)),
                               .words = query.text(8)};
        lessons.messages = {.messages = static_cast<unsigned>(query.integer(9)),
                            .since = query.time(10),
                            .words = query.text(11)};
    }
    query.reset();
    return lessons;
}

void RelayStore::save_relay_lessons(std::string_view relay, const RelayLessons& lessons) {
    if (!lessons.any()) {
        db_.transaction().cached<"DELETE FROM relay_lessons WHERE name = ?1">().bind(1, relay).run();
        return;
    }
    auto& upsert =
        db_.transaction()
            .cached<
                "INSERT INTO relay_lessons (name, rate, rate_since, rate_complained, rate_words, connections, "
                "connections_since, connections_trial, connections_wait, connections_words, messages, messages_since, "
                "messages_words) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
                "ON CONFLICT (name) DO UPDATE SET rate = ?2, rate_since = ?3, rate_complained = ?4, rate_words = ?5, "
                "connections = ?6, connections_since = ?7, connections_trial = ?8, connections_wait = ?9, "
                "connections_words = ?10, messages = ?11, messages_since = ?12, messages_words = ?13">();
    const auto& [pace, connections, messages] = lessons;
    upsert.bind_all(relay, pace.limit, pace.since, pace.complained, pace.words, connections.limit,
                    connections.since, connections.next_trial, connections.wait.count(), connections.words,
                    messages.messages, messages.since, messages.words);
    upsert.run();
}

RelayOrders RelayStore::relay_orders(std::string_view relay) {
    auto& query = db_.cached<"SELECT paused, resumed, forgotten FROM relay_orders WHERE name = ?1">();
    query.bind(1, relay);
    RelayOrders orders;
    if (query.step()) {
        orders = {
            .paused = query.optional_time(0), .resumed = query.integer(1), .forgotten = query.integer(2)};
    }
    query.reset();
    return orders;
}

void RelayStore::save_relay_orders(std::string_view relay, const RelayOrders& orders) {
    auto& upsert =
        db_.transaction()
            .cached<
                "INSERT INTO relay_orders (name, paused, resumed, forgotten) VALUES (?1, ?2, ?3, ?4) "
                "ON CONFLICT (name) DO UPDATE SET paused = ?2, resumed = ?3, forgotten = ?4">();
    upsert.bind_all(relay, orders.paused, orders.resumed, orders.forgotten);
    upsert.run();
}

}  // namespace paperround::queue

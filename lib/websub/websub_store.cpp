#include "websub/websub_store.hpp"

#include <array>

#include "base/encoding.hpp"
#include "db/migrations.hpp"

namespace paperround::websub {

namespace {

constexpr std::array<std::string_view, 1> steps{R"sql(
CREATE TABLE websub_announcements (
    newsletter TEXT NOT NULL,
    location   TEXT NOT NULL,
    hub        TEXT NOT NULL,
    topic      TEXT NOT NULL,
    local      INTEGER NOT NULL,
    PRIMARY KEY (newsletter, location)
) WITHOUT ROWID;
CREATE TABLE websub_subscriptions (
    id           INTEGER PRIMARY KEY,
    newsletter   TEXT NOT NULL,
    location     TEXT NOT NULL,
    hub          TEXT NOT NULL,
    topic        TEXT NOT NULL,
    local        INTEGER NOT NULL,
    public_url   TEXT NOT NULL,
    nonce        TEXT NOT NULL UNIQUE,  -- base64url
    state        TEXT NOT NULL CHECK (state IN ('subscribing', 'active', 'denied', 'unsubscribing')),
    lease_end    INTEGER NOT NULL,
    next_call    INTEGER NOT NULL,
    verify_until INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    last_error   TEXT NOT NULL,
    proven       INTEGER NOT NULL DEFAULT 0  -- it has pushed, and since then no poll found what it had not
);
CREATE INDEX websub_subscriptions_by_source ON websub_subscriptions (newsletter, location);
)sql"};

constexpr std::array<std::string_view, 4> state_names{"subscribing", "active", "denied", "unsubscribing"};

SubscriptionState parse_state(std::string_view text) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == text) return static_cast<SubscriptionState>(i);
    }
    return SubscriptionState::subscribing;
}

constexpr db::Sql select_subscriptions =
    "SELECT id, newsletter, location, hub, topic, local, public_url, nonce, state, lease_end, next_call, "
    "verify_until, failures, last_error FROM websub_subscriptions ";

std::vector<Subscription> read_subscriptions(db::Statement& query) {
    std::vector<Subscription> found;
    while (query.step()) {
        Subscription& read = found.emplace_back();
        read.id = query.integer(0);
        read.newsletter = query.text(1);
        read.location = query.text(2);
        read.at = {.hub = query.text(3), .topic = query.text(4), .local = query.integer(5) != 0};
        read.public_url = query.text(6);
        read.nonce = decode_base64url(query.text(7)).value_or("");
        read.state = parse_state(query.text(8));
        read.lease_end = query.time(9);
        read.next_call = query.time(10);
        read.verify_until = query.time(11);
        read.failures = static_cast<unsigned>(query.integer(12));
        read.last_error = query.text(13);
    }
    query.reset();
    return found;
}

std::optional<Subscription> first_of(std::vector<Subscription> found) {
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

}  // namespace

std::string_view to_string(SubscriptionState state) {
    return state_names[static_cast<std::size_t>(state)];
}

void WebSubStore::migrate(db::Database& database) {
    db::migrate(database, "websub", steps);
}

bool WebSubStore::exists() const {
    return database_.has_table("websub_subscriptions");
}

void WebSubStore::announce(std::string_view newsletter, std::string_view location,
                           const HubAnnouncement& hub) {
    if (hub.hub.empty()) {
        database_.transaction()
            .cached<"DELETE FROM websub_announcements WHERE newsletter = ?1 AND location = ?2">()
            .bind_all(newsletter, location)
            .run();
        return;
    }
    database_.transaction()
        .cached<
            "INSERT INTO websub_announcements (newsletter, location, hub, topic, local) "
            "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (newsletter, location) DO UPDATE SET hub = ?3, topic = ?4, "
            "local = ?5 WHERE websub_announcements.hub <> ?3 OR websub_announcements.topic <> ?4 "
            "OR websub_announcements.local <> ?5">()
        .bind_all(newsletter, location, hub.hub, hub.topic, hub.local)
        .run();
}

std::optional<HubAnnouncement> WebSubStore::announced(std::string_view newsletter,
                                                      std::string_view location) const {
    auto& query = database_.cached<
        "SELECT hub, topic, local FROM websub_announcements WHERE newsletter = ?1 AND "
        "location = ?2">();
    query.bind_all(newsletter, location);
    std::optional<HubAnnouncement> found;
    if (query.step()) {
        found = HubAnnouncement{.hub = query.text(0), .topic = query.text(1), .local = query.integer(2) != 0};
    }
    query.reset();
    return found;
}

std::vector<Subscription> WebSubStore::all() const {
    return read_subscriptions(database_.cached<select_subscriptions + "ORDER BY id">());
}

std::optional<Subscription> WebSubStore::find(std::int64_t id) const {
    auto& query = database_.cached<select_subscriptions + "WHERE id = ?1">();
    query.bind(1, id);
    return first_of(read_subscriptions(query));
}

std::optional<Subscription> WebSubStore::find_nonce(std::string_view nonce) const {
    auto& query = database_.cached<select_subscriptions + "WHERE nonce = ?1">();
    query.bind(1, base64url(nonce));
    return first_of(read_subscriptions(query));
}

std::optional<Subscription> WebSubStore::due(Time now) const {
    auto& query =
        database_.cached<select_subscriptions + "WHERE next_call <= ?1 ORDER BY next_call, id LIMIT 1">();
    query.bind(1, now);
    return first_of(read_subscriptions(query));
}

std::optional<Time> WebSubStore::pushed_until(std::string_view newsletter, std::string_view location,
                                              Time now) const {
    auto& query = database_.cached<
        "SELECT lease_end FROM websub_subscriptions WHERE newsletter = ?1 AND location = ?2 "
        "AND state = 'active' AND proven = 1 AND lease_end > ?3 ORDER BY lease_end DESC LIMIT 1">();
    query.bind_all(newsletter, location, now);
    std::optional<Time> end;
    if (query.step()) end = query.time(0);
    query.reset();
    return end;
}

std::int64_t WebSubStore::add(const Subscription& subscription) {
    return database_.transaction()
        .cached<
            "INSERT INTO websub_subscriptions (newsletter, location, hub, topic, local, "
            "public_url, nonce, state, lease_end, next_call, verify_until, failures, last_error) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING id">()
        .bind_all(subscription.newsletter, subscription.location, subscription.at.hub, subscription.at.topic,
                  subscription.at.local, subscription.public_url, base64url(subscription.nonce),
                  to_string(subscription.state), subscription.lease_end, subscription.next_call,
                  subscription.verify_until, subscription.failures, subscription.last_error)
        .run_for_id()
        .value();
}

void WebSubStore::save(const Subscription& subscription) {
    database_.transaction()
        .cached<
            "UPDATE websub_subscriptions SET state = ?2, lease_end = ?3, next_call = ?4, "
            "verify_until = ?5, failures = ?6, last_error = ?7, local = ?8 WHERE id = ?1">()
        .bind_all(subscription.id, to_string(subscription.state), subscription.lease_end,
                  subscription.next_call, subscription.verify_until, subscription.failures,
                  subscription.last_error, subscription.at.local)
        .run();
}

void WebSubStore::note_push(std::int64_t id) {
    database_.transaction()
        .cached<"UPDATE websub_subscriptions SET proven = 1 WHERE id = ?1 AND proven = 0">()
        .bind(1, id)
        .run();
}

void WebSubStore::note_missing_push(std::string_view newsletter, std::string_view location) {
    database_.transaction()
        .cached<
            "UPDATE websub_subscriptions SET proven = 0 WHERE newsletter = ?1 AND location = ?2 AND proven = 1">()
        .bind_all(newsletter, location)
        .run();
}

void WebSubStore::remove(std::int64_t id) {
    database_.transaction().cached<"DELETE FROM websub_subscriptions WHERE id = ?1">().bind(1, id).run();
}

void WebSubStore::follow_clock(const ClockJump& jump) {
    if (jump.from == jump.to) return;
    database_.transaction()
        .cached<
            "UPDATE websub_subscriptions SET lease_end = lease_end + ?3, verify_until = verify_until + ?3, "
            "next_call = CASE WHEN next_call > ?1 THEN next_call + ?3 WHEN next_call > ?2 THEN ?2 ELSE next_call END">()
        .bind_all(jump.from, jump.to, jump.length().count())
        .run();
}

}  // namespace paperround::websub

#include "audience/join_store.hpp"

#include "audience/address_variants.hpp"

namespace paperround::audience {

namespace {

constexpr db::Sql select_requests =
    "SELECT id, newsletter, address, language, form, network, asked_at, state, due, attempts, doubts, reply, "
    "confirmed_at FROM join_requests ";

constexpr auto no_mail = db::stored<JoinState::no_mail>;

JoinRequest read_request(const db::Statement& row) {
    return {.id = row.integer(0),
            .newsletter = row.text(1),
            .address = row.text(2),
            .language = row.text(3),
            .form = row.text(4),
            .network = row.text(5),
            .asked_at = row.time(6),
            .state = static_cast<JoinState>(row.integer(7)),
            .due = row.time(8),
            .attempts = static_cast<unsigned>(row.integer(9)),
            .doubts = static_cast<unsigned>(row.integer(10)),
            .reply = row.text(11),
            .confirmed_at = row.optional_time(12)};
}

std::vector<JoinRequest> read_requests(db::Statement& query) {
    std::vector<JoinRequest> requests;
    while (query.step()) requests.push_back(read_request(query));
    query.reset();
    return requests;
}

std::optional<JoinRequest> read_first(db::Statement& query) {
    std::optional<JoinRequest> request;
    if (query.step()) request = read_request(query);
    query.reset();
    return request;
}

}  // namespace

std::int64_t JoinStore::add(const JoinRequest& request) {
    return database_.transaction()
        .cached<
            "INSERT INTO join_requests (newsletter, address, variants_key, language, form, network, asked_at, "
            "state, due, attempts, doubts, reply, confirmed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, "
            "0, '', NULL) RETURNING id">()
        .bind_all(request.newsletter, request.address, variants_key(request.address), request.language,
                  request.form, request.network, request.asked_at, static_cast<int>(request.state),
                  request.due)
        .run_for_id()
        .value();
}

std::uint64_t JoinStore::mails_asked_for(std::string_view address, Time since) {
    auto& query = database_.cached<
        "SELECT count(*) FROM join_requests WHERE variants_key = ?1 AND asked_at > ?2 AND "
        "state <> " +
        no_mail>();
    query.bind_all(variants_key(address), since).step();
    const std::int64_t count = query.integer(0);
    query.reset();
    return static_cast<std::uint64_t>(count);
}

std::optional<JoinRequest> JoinStore::find(std::int64_t id) {
    return read_first(database_.cached<select_requests + "WHERE id = ?1">().bind(1, id));
}

std::vector<JoinRequest> JoinStore::due(Time now, std::size_t limit) {
    return read_requests(
        database_
            .cached<select_requests + "WHERE state IN (0, 1) AND state " + db::is<JoinState::waiting> +
                    " AND confirmed_at IS NULL AND due <= ?1 ORDER BY due, id LIMIT ?2">()
            .bind_all(now, static_cast<std::int64_t>(limit)));
}

void JoinStore::begin(std::int64_t id) {
    database_.transaction()
        .cached<"UPDATE join_requests SET state = " + db::stored<JoinState::sending> + " WHERE id = ?1">()
        .bind(1, id)
        .run();
}

void JoinStore::finish(const JoinRequest& after) {
    database_.transaction()
        .cached<
            "UPDATE join_requests SET state = ?2, due = ?3, attempts = ?4, doubts = ?5, reply = ?6 WHERE id = "
            "?1">()
        .bind_all(after.id, static_cast<int>(after.state), after.due, after.attempts, after.doubts,
                  after.reply)
        .run();
}

std::optional<Time> JoinStore::next_due() {
    auto& query =
        database_.cached<"SELECT due FROM join_requests WHERE state IN (0, 1) AND state " +
                         db::is<JoinState::waiting> + " AND confirmed_at IS NULL ORDER BY due LIMIT 1">();
    std::optional<Time> next;
    if (query.step()) next = query.time(0);
    query.reset();
    return next;
}

bool JoinStore::any_unconfirmed() {
    auto& query = database_.cached<"SELECT 1 FROM join_requests WHERE confirmed_at IS NULL AND state <> " +
                                   no_mail + " LIMIT 1">();
    const bool any = query.step();
    query.reset();
    return any;
}

std::vector<JoinRequest> JoinStore::in_doubt() {
    return read_requests(
        database_
            .cached<select_requests + "WHERE state IN (0, 1) AND state " + db::is<JoinState::sending>>());
}

bool JoinStore::confirm(std::int64_t id, Time now) {
    return database_.transaction()
               .cached<"UPDATE join_requests SET confirmed_at = ?2 WHERE id = ?1 AND confirmed_at IS NULL">()
               .bind_all(id, now)
               .run() != 0;
}

std::optional<JoinRequest> JoinStore::consent_of(std::string_view newsletter, std::string_view address) {
    return read_first(
        database_
            .cached<select_requests +
                    "WHERE variants_key = ?1 AND newsletter = ?2 AND lower(address) = lower(?3) AND "
                    "(confirmed_at IS NOT NULL OR state " +
                    db::is<JoinState::no_mail> + ") ORDER BY asked_at DESC, id DESC LIMIT 1">()
            .bind_all(variants_key(address), newsletter, address));
}

std::vector<JoinRequest> JoinStore::requests_of(std::string_view address) {
    return read_requests(
        database_
            .cached<select_requests +
                    "WHERE variants_key = ?1 AND lower(address) = lower(?2) ORDER BY asked_at "
                    "DESC, id DESC">()
            .bind_all(variants_key(address), address));
}

int JoinStore::forget_unconfirmed(Time before, int limit) {
    return database_.transaction()
        .cached<
            "DELETE FROM join_requests WHERE id IN (SELECT id FROM join_requests WHERE confirmed_at IS "
            "NULL AND state <> " +
            no_mail + " AND asked_at < ?1 LIMIT ?2)">()
        .bind_all(before, limit)
        .run();
}

}  // namespace paperround::audience

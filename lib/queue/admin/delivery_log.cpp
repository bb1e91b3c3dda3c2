#include "queue/admin/delivery_log.hpp"

#include <fmt/format.h>

#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr db::Sql columns =
    "SELECT a.id, a.at, m.newsletter, m.id, m.key, d.id, d.recipient, a.attempt, a.relay, a.outcome, a.stage, "
    "a.code, a.enhanced, a.text, a.tls, a.ms, m.seal ";

// CROSS JOIN fixes the order of the loops: by subscriber through the mailings, by mailing through its deliveries, else
// through the attempts.
constexpr db::Sql through_attempts =
    "FROM attempts a CROSS JOIN deliveries d CROSS JOIN mailings m "
    "WHERE d.id = a.delivery_id AND m.id = d.mailing_id AND (d.subscriber_id = ?2 OR ?2 IS NULL) ";
constexpr db::Sql through_subscriber =
    "FROM mailings m CROSS JOIN deliveries d CROSS JOIN attempts a "
    "WHERE d.mailing_id = m.id AND d.subscriber_id = ?2 AND a.delivery_id = d.id ";
constexpr db::Sql through_mailing =
    "FROM mailings m CROSS JOIN deliveries d CROSS JOIN attempts a "
    "WHERE m.id = ?7 AND d.mailing_id = m.id AND a.delivery_id = d.id AND (d.subscriber_id = ?2 OR ?2 IS NULL) ";

// Each holds for all where nothing is asked for. The sum keeps SQLite from the index of times: it would sort the whole
// period before it gives the newest line, or those behind the last one.
constexpr db::Sql asked_for =
    "AND a.id > ?1 AND a.at + 0 >= ?3 AND a.at + 0 < ?4 AND (?5 = '' OR lower(d.recipient) = lower(?5)) "
    "AND (?6 = '' OR lower(d.recipient) LIKE lower(?6) ESCAPE '\\') AND (m.id = ?7 OR ?7 IS NULL) "
    "AND (?8 = '' OR m.newsletter = ?8) AND (?9 = '' OR ?9 LIKE '% ' || a.outcome || ' %') ";

constexpr db::Sql in_order = "ORDER BY a.id";
constexpr db::Sql newest_first = "ORDER BY a.id DESC LIMIT ?10";

// " 1 2 3 "
std::string numbers_of(const std::vector<OutcomeKind>& kinds) {
    std::string list;
    for (const OutcomeKind kind : kinds)
        list += fmt::format("{}{} ", list.empty() ? " " : "", static_cast<int>(kind));
    return list;
}

template <db::Sql way>
db::Statement statement_over(db::Database& database, const LogFilter& filter) {
    if (filter.last > 0) {
        return database
            .prepare<"SELECT * FROM (" + columns + way + asked_for + newest_first + ") newest ORDER BY 1">();
    }
    return database.prepare<columns + way + asked_for + in_order>();
}

db::Statement statement_for(db::Database& database, const LogFilter& filter) {
    if (filter.subscriber_id) return statement_over<through_subscriber>(database, filter);
    // What is new since a line is little, whatever it is of.
    if (filter.mailing_id && filter.after_id == 0) return statement_over<through_mailing>(database, filter);
    return statement_over<through_attempts>(database, filter);
}

void bind(db::Statement& query, const LogFilter& filter, std::int64_t after_id) {
    query.bind_all(after_id, filter.subscriber_id, filter.since.value_or(Time::min()),
                   filter.until.value_or(Time::max()), filter.recipient, filter.recipient_like,
                   filter.mailing_id, filter.newsletter, numbers_of(filter.outcomes));
    if (filter.last > 0) query.bind(10, filter.last);
}

LogLine read_line(const db::Statement& row) {
    return {.id = row.integer(0),
            .time = row.time(1),
            .newsletter = row.text(2),
            .mailing_id = row.integer(3),
            .mailing_key = row.text(4),
            .mailing_seal = row.text(16),
            .delivery_id = row.integer(5),
            .recipient = row.text(6),
            .attempt = row.integer(7),
            .relay = row.text(8),
            .outcome = {.kind = static_cast<OutcomeKind>(row.integer(9)),
                        .stage = static_cast<Stage>(row.integer(10)),
                        .code = static_cast<int>(row.integer(11)),
                        .enhanced = row.text(12),
                        .text = row.text(13),
                        .tls = row.text(14),
                        .took = Duration(row.integer(15))}};
}

}  // namespace

void DeliveryLog::each(const LogFilter& filter, const std::function<void(const LogLine&)>& visit) {
    const auto first =
        filter.since && filter.after_id == 0 ? first_since(*filter.since) : filter.after_id + 1;
    if (!first) return;
    auto query = statement_for(db_, filter);
    bind(query, filter, *first - 1);
    while (query.step()) visit(read_line(query));
}

std::optional<std::int64_t> DeliveryLog::first_since(Time time) {
    // The sum keeps SQLite from looking for it in the order of numbers.
    auto query = db_.prepare<"SELECT min(id + 0) FROM attempts WHERE at >= ?1">();
    query.bind(1, time).step();
    return query.is_null(0) ? std::nullopt : std::optional(query.integer(0));
}

std::int64_t DeliveryLog::newest_id() {
    auto query = db_.prepare<"SELECT coalesce(max(id), 0) FROM attempts">();
    query.step();
    return query.integer(0);
}

bool DeliveryLog::knows_label(std::string_view beginning) {
    auto query =
        db_.prepare<"SELECT 1 FROM deliveries WHERE substr(recipient, 1, length(?1)) = ?1 LIMIT 1">();
    query.bind(1, beginning);
    return query.step();
}

bool DeliveryLog::knows_newsletter(std::string_view newsletter) {
    auto query = db_.prepare<"SELECT 1 FROM mailings WHERE newsletter = ?1 LIMIT 1">();
    query.bind(1, newsletter);
    return query.step();
}

std::vector<QueueLine> DeliveryLog::waiting() {
    auto query = db_.prepare<"SELECT m.id, m.newsletter, m.title, d.state, count(*), min(CASE WHEN " +
                             delivery_state::waiting<"d.state"> +
                             " THEN d.due END) FROM mailings m JOIN deliveries d ON "
                             "d.mailing_id = m.id WHERE m.state " +
                             mailing_state::open + " AND d.state " + delivery_state::not_final +
                             " GROUP BY m.id, d.state ORDER BY m.id, d.state">();
    std::vector<QueueLine> lines;
    while (query.step()) {
        lines.push_back({.mailing_id = query.integer(0),
                         .newsletter = query.text(1),
                         .title = query.text(2),
                         .state = static_cast<DeliveryState>(query.integer(3)),
                         .count = query.integer(4),
                         .next_due = query.optional_time(5)});
    }
    return lines;
}

}  // namespace paperround::queue

#include "queue/admin/delivery_log.hpp"

#include <fmt/format.h>

#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

constexpr db::Sql columns =
    "SELECT a.id, a.at, m.newsletter, m.id, m.key, d.id, d.recipient, a.attempt, a.relay, a.outcome, a.stage, "
    "a.code, a.enhanced, a.text, a.tls, a.ms, m.seal ";

// CROSS JOIN fixes the order of the loops: by subscriber through the mailings, else through the attempts.
constexpr db::Sql through_attempts =
    "FROM attempts a CROSS JOIN deliveries d CROSS JOIN mailings m "
    "WHERE d.id = a.delivery_id AND m.id = d.mailing_id AND (d.subscriber_id = ?2 OR ?2 IS NULL) ";
constexpr db::Sql through_subscriber =
    "FROM mailings m CROSS JOIN deliveries d CROSS JOIN attempts a "
    "WHERE d.mailing_id = m.id AND d.subscriber_id = ?2 AND a.delivery_id = d.id ";

// Each holds for all where nothing is asked for.
constexpr db::Sql asked_for =
    "AND a.id > ?1 AND a.at >= ?3 AND a.at < ?4 AND (?5 = '' OR lower(d.recipient) = lower(?5)) "
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

db::Statement statement_for(db::Database& database, const LogFilter& filter) {
    if (filter.last > 0) {
        return filter.subscriber_id ? database.prepare<"SELECT * FROM (" + columns + through_subscriber +
                                                       asked_for + newest_first + ") newest ORDER BY 1">()
                                    : database.prepare<"SELECT * FROM (" + columns + through_attempts +
                                                       asked_for + newest_first + ") newest ORDER BY 1">();
    }
    return filter.subscriber_id ? database.prepare<columns + through_subscriber + asked_for + in_order>()
                                : database.prepare<columns + through_attempts + asked_for + in_order>();
}

void bind(db::Statement& query, const LogFilter& filter) {
    query.bind_all(filter.after_id, filter.subscriber_id, filter.since.value_or(Time::min()),
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
    auto query = statement_for(db_, filter);
    bind(query, filter);
    while (query.step()) visit(read_line(query));
}

std::int64_t DeliveryLog::newest_id() {
    auto query = db_.prepare<"SELECT coalesce(max(id), 0) FROM attempts">();
    query.step();
    return query.integer(0);
}

bool DeliveryLog::knows_recipient(std::string_view like) {
    auto query =
        db_.prepare<"SELECT 1 FROM deliveries WHERE lower(recipient) LIKE lower(?1) ESCAPE '\\' LIMIT 1">();
    query.bind(1, like);
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

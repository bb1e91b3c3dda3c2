#include "queue/delivery_log.hpp"

namespace paperround::queue {

namespace {

constexpr std::string_view columns =
    "SELECT a.id, a.at, m.newsletter, m.id, m.key, d.id, d.recipient, a.attempt, a.relay, a.outcome, "
    "a.stage, a.code, "
    "a.enhanced, a.text, a.tls, a.ms ";

// CROSS JOIN fixes the order of the loops: by subscriber through the mailings, else through the attempts.
constexpr std::string_view through_attempts =
    "FROM attempts a CROSS JOIN deliveries d ON d.id = a.delivery_id CROSS JOIN mailings m ON m.id = "
    "d.mailing_id ";
constexpr std::string_view through_subscriber =
    "FROM mailings m CROSS JOIN deliveries d ON d.mailing_id = m.id AND d.subscriber_id = ?2 "
    "CROSS JOIN attempts a ON a.delivery_id = d.id ";

std::string numbers_of(const std::vector<OutcomeKind>& kinds) {
    std::string list;
    for (const OutcomeKind kind : kinds) {
        if (!list.empty()) list += ",";
        list += std::to_string(static_cast<int>(kind));
    }
    return list;
}

std::string statement_for(const LogFilter& filter) {
    std::string sql(columns);
    sql += filter.subscriber_id ? through_subscriber : through_attempts;
    sql += "WHERE a.id > ?1 ";
    if (!filter.recipient.empty()) sql += "AND lower(d.recipient) = lower(?3) ";
    if (!filter.recipient_like.empty()) sql += "AND d.recipient LIKE ?9 ESCAPE '\\' ";
    if (filter.mailing_id) sql += "AND m.id = ?4 ";
    if (!filter.newsletter.empty()) sql += "AND m.newsletter = ?5 ";
    if (!filter.outcomes.empty()) sql += "AND a.outcome IN (" + numbers_of(filter.outcomes) + ") ";
    if (filter.since) sql += "AND a.at >= ?7 ";
    if (filter.until) sql += "AND a.at < ?10 ";
    if (filter.last > 0) return "SELECT * FROM (" + sql + "ORDER BY a.id DESC LIMIT ?8) ORDER BY 1";
    return sql + "ORDER BY a.id";
}

void bind(db::Statement& query, const LogFilter& filter) {
    query.bind(1, filter.after_id);
    if (filter.subscriber_id) query.bind(2, *filter.subscriber_id);
    if (!filter.recipient.empty()) query.bind(3, filter.recipient);
    if (filter.mailing_id) query.bind(4, *filter.mailing_id);
    if (!filter.newsletter.empty()) query.bind(5, filter.newsletter);
    if (filter.since) query.bind(7, *filter.since);
    if (filter.last > 0) query.bind(8, filter.last);
    if (!filter.recipient_like.empty()) query.bind(9, filter.recipient_like);
    if (filter.until) query.bind(10, *filter.until);
}

LogLine read_line(const db::Statement& row) {
    return {.id = row.integer(0),
            .time = row.time(1),
            .newsletter = row.text(2),
            .mailing_id = row.integer(3),
            .mailing_key = row.text(4),
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
    auto query = db_.prepare(statement_for(filter));
    bind(query, filter);
    while (query.step()) visit(read_line(query));
}

std::int64_t DeliveryLog::newest_id() {
    auto query = db_.prepare("SELECT ifnull(max(id), 0) FROM attempts");
    query.step();
    return query.integer(0);
}

bool DeliveryLog::knows_recipient(std::string_view like) {
    auto query = db_.prepare("SELECT 1 FROM deliveries WHERE recipient LIKE ?1 ESCAPE '\\' LIMIT 1");
    query.bind(1, like);
    return query.step();
}

bool DeliveryLog::knows_newsletter(std::string_view newsletter) {
    auto query = db_.prepare("SELECT 1 FROM mailings WHERE newsletter = ?1 LIMIT 1");
    query.bind(1, newsletter);
    return query.step();
}

std::vector<QueueLine> DeliveryLog::waiting() {
    auto query = db_.prepare(
        "SELECT m.id, m.newsletter, m.title, d.state, count(*), min(CASE WHEN d.state IN (0, 2, 3) THEN "
        "d.due END) "
        "FROM mailings m JOIN deliveries d ON d.mailing_id = m.id WHERE m.state < 4 AND d.state <= 4 "
        "GROUP BY m.id, d.state ORDER BY m.id, d.state");
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

#include "queue/admin/reader_history.hpp"

#include <algorithm>

namespace paperround::queue {

namespace {

constexpr db::Sql delivery_columns =
    "SELECT d.id, d.mailing_id, d.recipient, d.state, d.due, d.attempts, d.doubts, d.tries, d.shelf ";

ReaderDelivery read_reader_delivery(const db::Statement& row) {
    return {.id = row.integer(0),
            .mailing_id = row.integer(1),
            .recipient = row.text(2),
            .state = static_cast<DeliveryState>(row.integer(3)),
            .due = row.time(4),
            .attempts = static_cast<unsigned>(row.integer(5)),
            .doubts = static_cast<unsigned>(row.integer(6)),
            .tries = row.integer(7),
            .shelf = row.integer(8)};
}

}  // namespace

std::optional<ReaderDelivery> ReaderHistory::delivery(std::int64_t mailing_id, std::int64_t subscriber_id) {
    auto query = db_.prepare<delivery_columns +
                             "FROM deliveries d WHERE d.mailing_id = ?1 AND d.subscriber_id = ?2">();
    query.bind_all(mailing_id, subscriber_id);
    return query.step() ? std::optional(read_reader_delivery(query)) : std::nullopt;
}

std::vector<ReaderDelivery> ReaderHistory::deliveries(std::int64_t subscriber_id, unsigned limit) {
    auto query =
        db_.prepare<delivery_columns +
                    "FROM mailings m CROSS JOIN deliveries d WHERE d.mailing_id = m.id AND d.subscriber_id "
                    "= ?1 ORDER BY m.id DESC LIMIT ?2">();
    query.bind_all(subscriber_id, limit);
    std::vector<ReaderDelivery> found;
    while (query.step()) found.push_back(read_reader_delivery(query));
    return found;
}

std::vector<Attempt> ReaderHistory::attempts(std::int64_t delivery_id, unsigned limit) {
    auto query = db_.prepare<
        "SELECT at, attempt, relay, outcome, stage, code, enhanced, text, tls, ms FROM attempts WHERE delivery_id = "
        "?1 ORDER BY id DESC LIMIT ?2">();
    query.bind_all(delivery_id, limit);
    std::vector<Attempt> found;
    while (query.step()) {
        found.push_back({.at = query.time(0),
                         .number = query.integer(1),
                         .relay = query.text(2),
                         .outcome = {.kind = static_cast<OutcomeKind>(query.integer(3)),
                                     .stage = static_cast<Stage>(query.integer(4)),
                                     .code = static_cast<int>(query.integer(5)),
                                     .enhanced = query.text(6),
                                     .text = query.text(7),
                                     .tls = query.text(8),
                                     .took = Duration(query.integer(9))}});
    }
    std::ranges::reverse(found);
    return found;
}

std::vector<std::int64_t> ReaderHistory::mailings_of(std::string_view newsletter, unsigned limit) {
    auto query = db_.prepare<"SELECT id FROM mailings WHERE newsletter = ?1 ORDER BY id DESC LIMIT ?2">();
    query.bind_all(newsletter, limit);
    std::vector<std::int64_t> found;
    while (query.step()) found.push_back(query.integer(0));
    return found;
}

std::optional<std::string> ReaderHistory::name_of_shelf(std::int64_t shelf) {
    auto query = db_.prepare<"SELECT name FROM limits WHERE id = ?1">();
    query.bind(1, shelf);
    return query.step() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace paperround::queue

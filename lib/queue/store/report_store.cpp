#include "queue/store/report_store.hpp"

#include <array>

#include "base/address/mailbox.hpp"
#include "base/compression.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "db/migrations.hpp"
#include "queue/stored_states.hpp"

namespace paperround::queue {

namespace {

// `effect` has the numbers of ReportEffect. reports_once: in a unique index rows with NULL differ from each other, so
// reports without a proof do not collide.
constexpr std::array<std::string_view, 1> report_steps{R"sql(
CREATE TABLE report_mails (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    octets BLOB  -- the beginning, compressed; NULL: not kept, or not any more
);
CREATE INDEX report_mails_at ON report_mails (at);
CREATE INDEX report_mails_unkept ON report_mails (at) WHERE octets IS NULL;
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    mail_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    class TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    code INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    diagnostic TEXT NOT NULL,
    words TEXT NOT NULL,
    delivery_id INTEGER,
    mailing_id INTEGER,
    subscriber_id INTEGER,
    newsletter TEXT,
    said TEXT NOT NULL,
    effect INTEGER NOT NULL
);
CREATE UNIQUE INDEX reports_once ON reports (delivery_id, said);
CREATE INDEX reports_of_mailing ON reports (mailing_id, words);
CREATE INDEX reports_of_reader ON reports (subscriber_id, at);
CREATE INDEX reports_unproved ON reports (at) WHERE delivery_id IS NULL;
CREATE TABLE report_counts (
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    effect INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, source, kind, effect)
) WITHOUT ROWID;
-- How many readers of a mailing were told the same.
CREATE TABLE report_words (
    mailing_id INTEGER NOT NULL,
    words TEXT NOT NULL,
    readers INTEGER NOT NULL,
    PRIMARY KEY (mailing_id, words)
) WITHOUT ROWID;
)sql"};

constexpr db::Sql select_reports =
    "SELECT id, mail_id, at, source, kind, class, reason, status, code, recipient, diagnostic, words, "
    "delivery_id, mailing_id, subscriber_id, newsletter, effect FROM reports ";

ReportRow read_report(const db::Statement& row) {
    ReportRow report{.id = row.integer(0),
                     .mail_id = row.integer(1),
                     .at = row.time(2),
                     .source = row.text(3),
                     .kind = row.text(4),
                     .of_class = row.text(5),
                     .reason = row.text(6),
                     .status = row.text(7),
                     .code = static_cast<int>(row.integer(8)),
                     .recipient = row.text(9),
                     .diagnostic = row.text(10),
                     .words = row.text(11),
                     .newsletter = {},
                     .effect = static_cast<ReportEffect>(row.integer(16))};
    if (row.is_null(12)) return report;
    report.delivery_id = row.integer(12);
    report.mailing_id = row.integer(13);
    report.subscriber_id = row.integer(14);
    report.newsletter = row.text(15);
    return report;
}

Time day_of(Time time) {
    return std::chrono::floor<std::chrono::days>(time);
}

}  // namespace

void ReportStore::migrate(db::Database& database) {
    db::migrate(database, "reports", report_steps);
}

std::optional<std::int64_t> ReportStore::add_mail(std::string_view octets, std::string_view source,
                                                  Time now) {
    return db_.transaction()
        .cached<
            "INSERT INTO report_mails (digest, at, source) VALUES (?1, ?2, ?3) ON CONFLICT (digest) DO NOTHING "
            "RETURNING id">()
        .bind_all(hex(sha256(octets)), now, source)
        .run_for_id();
}

void ReportStore::keep_octets(std::int64_t mail_id, std::string_view octets) {
    const std::string kept = compressed(octets.substr(0, kept_of_a_mail));
    db_.transaction()
        .cached<"UPDATE report_mails SET octets = ?2 WHERE id = ?1">()
        .bind_all(mail_id, db::Octets{kept})
        .run();
}

std::optional<std::int64_t> ReportStore::add(const ReportRow& report, std::string_view said) {
    auto& insert =
        db_.transaction()
            .cached<
                "INSERT INTO reports (mail_id, at, source, kind, class, reason, status, code, recipient, diagnostic, "
                "words, delivery_id, mailing_id, subscriber_id, newsletter, said, effect) VALUES (?1, ?2, ?3, ?4, "
                "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT (delivery_id, said) DO "
                "NOTHING RETURNING id">();
    insert.bind_all(report.mail_id, report.at, report.source, report.kind, report.of_class, report.reason,
                    report.status, report.code, report.recipient, report.diagnostic, report.words);
    if (report.delivery_id == 0) {
        for (const int position : {12, 13, 14, 15}) insert.bind_null(position);
    } else {
        insert.bind(12, report.delivery_id).bind(13, report.mailing_id).bind(14, report.subscriber_id);
        insert.bind(15, report.newsletter);
    }
    insert.bind(16, said).bind(17, static_cast<int>(report.effect));
    return insert.run_for_id();
}

void ReportStore::set_effect(std::int64_t report_id, ReportEffect effect) {
    db_.transaction()
        .cached<"UPDATE reports SET effect = ?2 WHERE id = ?1">()
        .bind_all(report_id, static_cast<int>(effect))
        .run();
}

void ReportStore::count(Time now, std::string_view source, std::string_view kind, ReportEffect effect,
                        std::int64_t reports) {
    db_.transaction()
        .cached<
            "INSERT INTO report_counts (day, source, kind, effect, count) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT (day, source, kind, effect) DO UPDATE SET count = report_counts.count + excluded.count">()
        .bind_all(day_of(now), source, kind, static_cast<int>(effect), reports)
        .run();
}

std::int64_t ReportStore::counted(Time now, ReportEffect effect) {
    auto& query =
        db_.cached<"SELECT coalesce(sum(count), 0) FROM report_counts WHERE day = ?1 AND effect = ?2">();
    query.bind_all(day_of(now), static_cast<int>(effect)).step();
    const std::int64_t count = query.integer(0);
    query.reset();
    return count;
}

std::int64_t ReportStore::tell(std::int64_t mailing_id, std::string_view words) {
    return db_.transaction()
        .cached<
            "INSERT INTO report_words (mailing_id, words, readers) VALUES (?1, ?2, 1) ON CONFLICT (mailing_id, words) "
            "DO UPDATE SET readers = report_words.readers + 1 RETURNING readers">()
        .bind_all(mailing_id, words)
        .run_for_id()
        .value();
}

std::int64_t ReportStore::readers_told(std::int64_t mailing_id, std::string_view words) {
    auto& query = db_.cached<"SELECT readers FROM report_words WHERE mailing_id = ?1 AND words = ?2">();
    const std::int64_t readers = query.bind_all(mailing_id, words).step() ? query.integer(0) : 0;
    query.reset();
    return readers;
}

std::vector<ReportRow> ReportStore::suppressing(std::int64_t mailing_id, std::string_view words) {
    auto query = db_.prepare<select_reports + "WHERE mailing_id = ?1 AND words = ?2 AND effect " +
                             db::is<ReportEffect::suppressed>>();
    query.bind_all(mailing_id, words);
    std::vector<ReportRow> rows;
    while (query.step()) rows.push_back(read_report(query));
    return rows;
}

std::vector<ReportRow> ReportStore::counted_against(std::int64_t subscriber_id, Time since) {
    auto& query = db_.cached<select_reports + "WHERE subscriber_id = ?1 AND at >= ?2 AND effect " +
                             db::is<ReportEffect::counted> + " ORDER BY mailing_id DESC, id DESC">();
    query.bind_all(subscriber_id, since);
    std::vector<ReportRow> rows;
    while (query.step()) {
        ReportRow row = read_report(query);
        if (rows.empty() || rows.back().mailing_id != row.mailing_id) rows.push_back(std::move(row));
    }
    query.reset();
    return rows;
}

std::vector<std::int64_t> ReportStore::mailings_received(std::int64_t subscriber_id,
                                                         std::int64_t after_mailing,
                                                         std::int64_t before_mailing) {
    auto& query = db_.cached<
        "SELECT m.id FROM mailings m CROSS JOIN deliveries d WHERE m.id > ?2 AND m.id < ?3 AND "
        "d.mailing_id = m.id AND d.subscriber_id = ?1 AND d.state " +
        delivery_state::sent + " ORDER BY m.id DESC">();
    query.bind_all(subscriber_id, after_mailing, before_mailing);
    std::vector<std::int64_t> mailings;
    while (query.step()) mailings.push_back(query.integer(0));
    query.reset();
    return mailings;
}

void ReportStore::each(const ReportFilter& filter, const std::function<void(const ReportRow&)>& visit) {
    auto query = db_.prepare<
        select_reports +
        "WHERE (mailing_id = ?1 OR ?1 IS NULL) AND (subscriber_id = ?2 OR ?2 IS NULL) AND "
        "(?3 = '' OR newsletter = ?3) AND (?4 = '' OR kind = ?4) AND (effect = ?5 OR ?5 IS NULL) AND at >= ?6 "
        "ORDER BY id DESC LIMIT ?7">();
    std::optional<int> effect;
    if (filter.effect) effect = static_cast<int>(*filter.effect);
    query.bind_all(filter.mailing_id, filter.subscriber_id, filter.newsletter, filter.kind, effect,
                   filter.since.value_or(Time::min()), static_cast<std::int64_t>(filter.limit));
    while (query.step()) visit(read_report(query));
}

std::optional<ReportRow> ReportStore::find(std::int64_t report_id) {
    auto query = db_.prepare<select_reports + "WHERE id = ?1">();
    query.bind(1, report_id);
    if (!query.step()) return std::nullopt;
    return read_report(query);
}

std::optional<std::string> ReportStore::octets_of(std::int64_t mail_id) {
    auto query = db_.prepare<"SELECT octets FROM report_mails WHERE id = ?1 AND octets IS NOT NULL">();
    query.bind(1, mail_id);
    if (!query.step()) return std::nullopt;
    return decompressed(query.text(0), kept_of_a_mail);
}

std::vector<ReportCount> ReportStore::counts_since(Time since) {
    auto query = db_.prepare<
        "SELECT day, source, kind, effect, count FROM report_counts WHERE day >= ?1 "
        "ORDER BY day DESC, source, kind, effect">();
    query.bind(1, day_of(since));
    std::vector<ReportCount> counts;
    while (query.step()) {
        counts.push_back({.day = query.time(0),
                          .source = query.text(1),
                          .kind = query.text(2),
                          .effect = static_cast<ReportEffect>(query.integer(3)),
                          .count = query.integer(4)});
    }
    return counts;
}

void ReportStore::erase(std::int64_t subscriber_id, std::string_view address, std::string_view label) {
    constexpr db::Sql theirs = "(subscriber_id = ?1 OR lower(recipient) = ?2)";
    const std::string key = address_key(address);
    db_.transaction()
        .cached<"UPDATE report_mails SET octets = NULL WHERE id IN (SELECT mail_id FROM reports WHERE " +
                theirs + ")">()
        .bind_all(subscriber_id, key)
        .run();
    db_.transaction()
        .cached<"UPDATE reports SET recipient = ?3, diagnostic = '' WHERE " + theirs>()
        .bind_all(subscriber_id, key, label)
        .run();
}

int ReportStore::forget_old(Time now, int limit) {
    const Time before = now - mails_kept_for;
    // The digest goes with the octets: by then a return path is not understood any more, and what is proved otherwise
    // is on record by its delivery.
    int forgotten = db_.transaction()
                        .cached<
                            "DELETE FROM report_mails WHERE id IN (SELECT id FROM report_mails WHERE at < ?1 "
                            "ORDER BY at LIMIT ?2)">()
                        .bind_all(before, limit)
                        .run();
    forgotten +=
        db_.transaction()
            .cached<
                "DELETE FROM report_mails WHERE id IN (SELECT id FROM report_mails WHERE octets IS NULL AND "
                "at < ?1 ORDER BY at LIMIT ?2)">()
            .bind_all(now - mails_known_for, limit)
            .run();
    forgotten +=
        db_.transaction()
            .cached<
                "DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE delivery_id IS NULL AND "
                "at < ?1 ORDER BY at LIMIT ?2)">()
            .bind_all(before, limit)
            .run();
    return forgotten;
}

}  // namespace paperround::queue

#include "queue/store/archive_store.hpp"

#include <array>

#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

// Of mailings from before this table, when their first copy was accepted is not looked for: nobody needs the minute.
constexpr std::array<std::string_view, 1> archive_steps{R"sql(
CREATE TABLE sent_mailings (
    newsletter TEXT NOT NULL,
    mailing_id INTEGER NOT NULL,
    first_sent INTEGER NOT NULL,
    PRIMARY KEY (newsletter, mailing_id)
) WITHOUT ROWID;
INSERT INTO sent_mailings SELECT m.newsletter, m.id, CASE WHEN m.created < m.not_before THEN
    m.not_before ELSE m.created END FROM mailings m WHERE m.kind = 0
    AND EXISTS (SELECT 1 FROM editions e WHERE e.mailing_id = m.id)
    AND EXISTS (SELECT 1 FROM deliveries d WHERE d.mailing_id = m.id AND d.state = 5);
)sql"};

constexpr db::Sql select_sent =
    "SELECT m.id, m.title, s.first_sent FROM sent_mailings s CROSS JOIN mailings m WHERE s.newsletter = ?1 AND "
    "m.id = s.mailing_id ";

SentMailing read_sent(const db::Statement& row) {
    return {.id = row.integer(0), .title = row.text(1), .subjects = {}, .first_sent = row.time(2)};
}

}  // namespace

void ArchiveStore::migrate(db::Database& database) {
    db::migrate(database, "archive", archive_steps);
}

void ArchiveStore::note_sent(std::int64_t mailing_id, Time now) {
    db_.transaction()
        .cached<
            "INSERT INTO sent_mailings (newsletter, mailing_id, first_sent) SELECT newsletter, id, ?2 FROM mailings "
            "WHERE id = ?1 AND kind = 0 ON CONFLICT DO NOTHING">()
        .bind_all(mailing_id, now)
        .run();
}

std::vector<SentMailing> ArchiveStore::list(std::string_view newsletter, std::size_t limit,
                                            std::int64_t before) {
    auto& query = db_.cached<select_sent + "AND s.mailing_id < ?2 ORDER BY s.mailing_id DESC LIMIT ?3">();
    query.bind_all(newsletter, before, static_cast<std::int64_t>(limit));
    std::vector<SentMailing> found;
    while (query.step()) found.push_back(read_sent(query));
    query.reset();
    for (SentMailing& mailing : found) mailing.subjects = subjects_of(mailing.id);
    return found;
}

std::optional<SentMailing> ArchiveStore::find(std::string_view newsletter, std::int64_t mailing_id) {
    auto& query = db_.cached<select_sent + "AND s.mailing_id = ?2">();
    std::optional<SentMailing> found;
    if (query.bind_all(newsletter, mailing_id).step()) found = read_sent(query);
    query.reset();
    if (found) found->subjects = subjects_of(mailing_id);
    return found;
}

std::map<std::string, std::string> ArchiveStore::subjects_of(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT language, subject FROM edition_subjects WHERE mailing_id = ?1">();
    query.bind(1, mailing_id);
    std::map<std::string, std::string> subjects;
    while (query.step()) subjects.emplace(query.text(0), query.text(1));
    query.reset();
    return subjects;
}

}  // namespace paperround::queue

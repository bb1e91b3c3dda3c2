#include "queue/edition_store.hpp"

#include <array>

#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

constexpr std::array<std::string_view, 1> steps{R"sql(
CREATE TABLE editions (
    mailing_id INTEGER NOT NULL,
    language TEXT NOT NULL,  -- empty: the newsletter's
    content BLOB NOT NULL,   -- email/edition.hpp
    PRIMARY KEY (mailing_id, language)
);
)sql"};

}  // namespace

void EditionStore::migrate(db::Database& database) {
    db::migrate(database, "editions", steps);
}

void EditionStore::keep(std::int64_t mailing_id, const std::map<std::string, std::string>& editions) {
    auto& insert = db_.cached("INSERT INTO editions VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
    for (const auto& [language, content] : editions)
        insert.bind_all(mailing_id, language, db::Octets{content}).run();
}

std::set<std::string> EditionStore::languages(std::int64_t mailing_id) {
    auto& query = db_.cached("SELECT language FROM editions WHERE mailing_id = ?1");
    query.bind(1, mailing_id);
    std::set<std::string> found;
    while (query.step()) found.insert(query.text(0));
    query.reset();
    return found;
}

std::optional<std::string> EditionStore::find(std::int64_t mailing_id, std::string_view language) {
    auto& query = db_.cached("SELECT content FROM editions WHERE mailing_id = ?1 AND language = ?2");
    query.bind_all(mailing_id, language);
    std::optional<std::string> found;
    if (query.step()) found = query.text(0);
    query.reset();
    return found;
}

}  // namespace paperround::queue

#include "queue/store/edition_store.hpp"

#include <array>

#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

constexpr std::array<std::string_view, 3> edition_steps{R"sql(
CREATE TABLE editions (
    mailing_id INTEGER NOT NULL,
    language TEXT NOT NULL,  -- empty: the newsletter's
    content BLOB NOT NULL,   -- email/edition.hpp
    PRIMARY KEY (mailing_id, language)
);
)sql",
                                                        R"sql(
CREATE TABLE edition_pictures (
    mailing_id INTEGER PRIMARY KEY,
    content BLOB NOT NULL  -- email/mime/inline_picture.hpp
);
)sql",
                                                        // Apart from the content, which a list need not read.
                                                        R"sql(
CREATE TABLE edition_subjects (
    mailing_id INTEGER NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (mailing_id, language)
) WITHOUT ROWID;
)sql"};

}  // namespace

void EditionStore::migrate(db::Database& database) {
    db::migrate(database, "editions", edition_steps);
}

void EditionStore::keep(std::int64_t mailing_id, const std::map<std::string, KeptEdition>& editions) {
    auto& insert =
        db_.transaction().cached<"INSERT INTO editions VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING">();
    auto& name =
        db_.transaction().cached<"INSERT INTO edition_subjects VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING">();
    for (const auto& [language, edition] : editions) {
        insert.bind_all(mailing_id, language, db::Octets{edition.content}).run();
        name.bind_all(mailing_id, language, edition.subject).run();
    }
}

void EditionStore::keep_pictures(std::int64_t mailing_id, std::string_view pictures) {
    db_.transaction()
        .cached<"INSERT INTO edition_pictures VALUES (?1, ?2) ON CONFLICT DO NOTHING">()
        .bind_all(mailing_id, db::Octets{pictures})
        .run();
}

std::optional<std::string> EditionStore::find_pictures(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT content FROM edition_pictures WHERE mailing_id = ?1">();
    query.bind(1, mailing_id);
    std::optional<std::string> found;
    if (query.step()) found = query.text(0);
    query.reset();
    return found;
}

std::set<std::string> EditionStore::languages(std::int64_t mailing_id) {
    auto& query = db_.cached<"SELECT language FROM editions WHERE mailing_id = ?1">();
    query.bind(1, mailing_id);
    std::set<std::string> found;
    while (query.step()) found.insert(query.text(0));
    query.reset();
    return found;
}

std::optional<std::string> EditionStore::find(std::int64_t mailing_id, std::string_view language) {
    auto& query = db_.cached<"SELECT content FROM editions WHERE mailing_id = ?1 AND language = ?2">();
    query.bind_all(mailing_id, language);
    std::optional<std::string> found;
    if (query.step()) found = query.text(0);
    query.reset();
    return found;
}

}  // namespace paperround::queue

// The tables of all stores, in memory.
#pragma once

#include "audience/audience_store.hpp"
#include "db/raw_sql.hpp"
#include "post/post_store.hpp"
#include "queue/admin/action_log.hpp"
#include "queue/store/queue_schema.hpp"

namespace paperround::test {

inline db::Database database_with_all_tables() {
    auto database = db::Database::open(":memory:");
    post::PostStore::migrate(database);
    audience::AudienceStore::migrate(database);
    queue::migrate_queue(database);
    queue::ActionLog::migrate(database);
    return database;
}

// Tables and indexes as SQLite describes them, in the order in which they were made.
inline std::vector<std::string> definitions_of(db::Database& database) {
    auto query = db::RawSql(database).prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index', rowid");
    std::vector<std::string> definitions;
    while (query.step()) definitions.push_back(query.text(0));
    return definitions;
}

}  // namespace paperround::test

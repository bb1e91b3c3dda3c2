#include "db/migrations.hpp"

#include <fmt/format.h>

namespace paperround::db {

namespace {

std::int64_t applied_steps(Database& database, std::string_view component) {
    auto& query = database.cached("SELECT steps FROM schema_steps WHERE component = ?1");
    query.bind(1, component);
    const std::int64_t steps = query.step() ? query.integer(0) : 0;
    query.reset();
    return steps;
}

bool is_current(Database& database, std::string_view component, std::int64_t known) {
    auto table =
        database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_steps'");
    if (!table.step()) return false;
    return applied_steps(database, component) == known;
}

}  // namespace

void migrate(Database& database, std::string_view component, std::span<const std::string_view> steps) {
    const auto known = static_cast<std::int64_t>(steps.size());
    if (is_current(database, component, known)) return;
    Transaction transaction(database);
    database.execute(
        "CREATE TABLE IF NOT EXISTS schema_steps (component TEXT PRIMARY KEY, steps INTEGER NOT NULL)");
    const std::int64_t applied = applied_steps(database, component);
    if (applied > known) {
        throw Error(
            Error::Code::other,
            fmt::format("the database is of a newer version ({} has {} steps, this program knows {}): "
                        "start the newer program, or restore a backup",
                        component, applied, known));
    }
    for (std::int64_t step = applied; step < known; ++step)
        database.execute(steps[static_cast<std::size_t>(step)]);
    database
        .prepare("INSERT INTO schema_steps VALUES (?1, ?2) ON CONFLICT (component) DO UPDATE SET steps = ?2")
        .bind_all(component, known)
        .run();
    transaction.commit();
}

}  // namespace paperround::db

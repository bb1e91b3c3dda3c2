#include "db/migrations.hpp"

#include <fmt/format.h>

#include "db/raw_sql.hpp"

namespace paperround::db {

namespace {

std::int64_t applied_steps(const RawSql& sql, std::string_view component) {
    auto query = sql.prepare("SELECT steps FROM schema_steps WHERE component = ?1");
    return query.bind(1, component).step() ? query.integer(0) : 0;
}

}  // namespace

void migrate(Database& database, std::string_view component, std::span<const std::string_view> steps) {
    const auto known = static_cast<std::int64_t>(steps.size());
    const RawSql sql(database);
    if (database.has_table("schema_steps") && applied_steps(sql, component) == known) return;
    Transaction transaction(database);
    sql.execute(
        "CREATE TABLE IF NOT EXISTS schema_steps (component TEXT PRIMARY KEY, steps INTEGER NOT NULL)");
    const std::int64_t applied = applied_steps(sql, component);
    if (applied > known) {
        throw Error(
            Error::Code::other,
            fmt::format("the database is of a newer version ({} has {} steps, this program knows {}): "
                        "start the newer program, or restore a backup",
                        component, applied, known));
    }
    for (const std::string_view step : steps.subspan(static_cast<std::size_t>(applied))) sql.execute(step);
    sql.prepare("INSERT INTO schema_steps VALUES (?1, ?2) ON CONFLICT (component) DO UPDATE SET steps = ?2")
        .bind_all(component, known)
        .run();
    transaction.commit();
}

}  // namespace paperround::db

#include "queue/admin/action_log.hpp"

#include <array>

#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

constexpr std::array<std::string_view, 2> action_steps{R"sql(
CREATE TABLE actions (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    result TEXT NOT NULL
);
)sql"};

}  // namespace

void ActionLog::migrate(db::Database& database) {
    db::migrate(database, "actions", action_steps);
}

void ActionLog::add(const Action& action) {
    db_.transaction()
        .cached<"INSERT INTO actions (at, actor, action, subject, result) VALUES (?1, ?2, ?3, ?4, ?5)">()
        .bind_all(action.at, action.actor, action.action, action.subject, action.result)
        .run();
}

std::vector<Action> ActionLog::newest(unsigned limit) {
    auto query =
        db_.prepare<"SELECT id, at, actor, action, subject, result FROM actions ORDER BY id DESC LIMIT ?1">();
    query.bind(1, limit);
    std::vector<Action> found;
    while (query.step()) {
        found.push_back({.id = query.integer(0),
                         .at = query.time(1),
                         .actor = query.text(2),
                         .action = query.text(3),
                         .subject = query.text(4),
                         .result = query.text(5)});
    }
    return found;
}

}  // namespace paperround::queue

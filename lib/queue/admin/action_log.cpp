#include "queue/admin/action_log.hpp"

#include <array>

#include "base/address/without_address.hpp"
#include "base/text.hpp"
#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

constexpr std::array<std::string_view, 3> action_steps{
    R"sql(
CREATE TABLE actions (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    result TEXT NOT NULL
);
)sql",
    "CREATE INDEX actions_subject ON actions (subject, id)",
    "CREATE INDEX actions_action ON actions (action)"};

constexpr db::Sql select_actions = "SELECT id, at, actor, action, subject, result FROM actions ";

std::vector<Action> read_actions(db::Statement& query) {
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
    auto query = db_.prepare<select_actions + "ORDER BY id DESC LIMIT ?1">();
    query.bind(1, limit);
    return read_actions(query);
}

std::vector<Action> ActionLog::about(std::string_view subject, unsigned limit) {
    auto query = db_.prepare<select_actions + "WHERE subject = ?1 ORDER BY id DESC LIMIT ?2">();
    query.bind_all(subject, limit);
    return read_actions(query);
}

std::vector<Action> ActionLog::naming(std::string_view address) {
    // What a forgetting records names nobody, and a list of many who are forgotten adds as many.
    constexpr db::Sql names_him =
        "(lower(subject) LIKE ?1 ESCAPE '\\' OR lower(result) LIKE ?1 ESCAPE '\\') ";
    auto& query = db_.cached<select_actions + "WHERE action < ?2 AND " + names_him + "UNION ALL " +
                             select_actions + "WHERE action > ?2 AND " + names_him>();
    std::string pattern = "%";
    for (const char c : ascii_lower(address)) {
        if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
        pattern.push_back(c);
    }
    query.bind_all(pattern + "%", forget_action);
    auto found = read_actions(query);
    query.reset();
    return found;
}

int ActionLog::erase(std::string_view address, std::string_view label) {
    const auto found = naming(address);
    for (const Action& action : found) {
        db_.transaction()
            .cached<"UPDATE actions SET subject = ?2, result = ?3 WHERE id = ?1">()
            .bind_all(action.id, without_address(action.subject, address, label),
                      without_address(action.result, address, label))
            .run();
    }
    return static_cast<int>(found.size());
}

}  // namespace paperround::queue

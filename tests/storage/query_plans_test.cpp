// How SQLite goes through the tables that grow for ever: by an index, but for the few statements that say why not.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "db/raw_sql.hpp"
#include "db/sql.hpp"
#include "storage/schema.hpp"

using namespace paperround;

namespace {

std::vector<std::string> plan_of(db::Database& database, std::string_view sql) {
    auto query = db::RawSql(database).prepare(fmt::format("EXPLAIN QUERY PLAN {}", sql));
    std::vector<std::string> plan;
    while (query.step()) plan.push_back(query.text(3));
    return plan;
}

bool holds(const std::vector<std::string>& plan, std::string_view line) {
    return std::ranges::find(plan, line) != plan.end();
}

// Every mailing adds rows to these: by their names, and by the short ones that statements give them.
constexpr std::array growing = {"deliveries", "attempts", "d", "a"};

// A row after the other; what another part of the statement has chosen (a co-routine) is few.
bool reads_all(const std::vector<std::string>& plan) {
    return std::ranges::any_of(growing, [&](const char* table) {
        return holds(plan, fmt::format("SCAN {}", table)) &&
               !holds(plan, fmt::format("CO-ROUTINE {}", table));
    });
}

// Statements that may, by a part that tells each from all others.
constexpr std::array may_read_all = {
    "substr(recipient, 1, length(?1))",  // looks for the label of one who was forgotten: a person asked
    "WHERE outcome = ?1 LIMIT 1",        // ends at the first that was accepted
    "WHERE a.at >= ?1 ORDER BY a.id DESC LIMIT",   // the newest first, and not many
    "FROM attempts ORDER BY id DESC LIMIT ?1) a",  // the same
};

}  // namespace

TEST_CASE("no statement reads all deliveries or attempts, but for those that may") {
    auto database = test::database_with_all_tables();
    std::set<std::string> found;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        const auto plan = plan_of(database, known->sql());
        if (!reads_all(plan)) continue;
        const auto* allowed = std::ranges::find_if(may_read_all, [&](const char* part) {
            return known->sql().find(part) != std::string_view::npos;
        });
        INFO(known->sql() << "\n" << fmt::format("{}", fmt::join(plan, "\n")));
        CHECK(allowed != may_read_all.end());
        if (allowed != may_read_all.end()) found.insert(*allowed);
    }
    CHECK(found.size() == may_read_all.size());
}

TEST_CASE("a claim reads the due deliveries of a mailing in their order") {
    auto database = test::database_with_all_tables();
    std::size_t claims = 0;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        if (known->sql().find("AND due <= ?2 ORDER BY due, id LIMIT ?3") == std::string_view::npos) continue;
        ++claims;
        CHECK(plan_of(database, known->sql()) ==
              std::vector<std::string>{
                  "SEARCH deliveries USING INDEX deliveries_due (mailing_id=? AND shelf=? AND due<?)"});
    }
    CHECK(claims == 1);
}

TEST_CASE("an outcome is recorded by the delivery's number") {
    auto database = test::database_with_all_tables();
    std::size_t records = 0;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        if (known->sql().find("tries = tries + 1") == std::string_view::npos) continue;
        ++records;
        CHECK(plan_of(database, known->sql()) ==
              std::vector<std::string>{"SEARCH deliveries USING INTEGER PRIMARY KEY (rowid=?)"});
    }
    CHECK(records == 2);  // of one that is being sent, and of one that was withdrawn meanwhile
}

TEST_CASE(
    "the log is read by the numbers of attempts, of a reader or of a mailing, and its newest lines come first") {
    auto database = test::database_with_all_tables();
    std::multiset<std::string> first_steps;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        if (known->sql().find("AND a.at + 0 >= ?3") == std::string_view::npos) continue;
        const auto plan = plan_of(database, known->sql());
        const auto first = std::ranges::find_if(plan, [](const std::string& line) {
            return line.starts_with("SEARCH") || line.starts_with("SCAN");
        });
        REQUIRE(first != plan.end());
        first_steps.insert(*first);
        const bool sorts_all =
            first->starts_with("SEARCH a ") && known->sql().find("LIMIT") == std::string_view::npos &&
            std::ranges::any_of(plan, [](const auto& line) { return line.starts_with("USE TEMP B-TREE"); });
        INFO(known->sql() << "\n" << fmt::format("{}", fmt::join(plan, "\n")));
        CHECK_FALSE(sorts_all);
    }
    CHECK(first_steps == std::multiset<std::string>{"SCAN m", "SCAN m",
                                                    "SEARCH a USING INTEGER PRIMARY KEY (rowid>?)",
                                                    "SEARCH a USING INTEGER PRIMARY KEY (rowid>?)",
                                                    "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)",
                                                    "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)"});
}

TEST_CASE("the log's first number of a period is found by times") {
    auto database = test::database_with_all_tables();
    std::size_t found = 0;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        if (known->sql() != "SELECT min(id + 0) FROM attempts WHERE at >= ?1") continue;
        ++found;
        CHECK(plan_of(database, known->sql()) ==
              std::vector<std::string>{"SEARCH attempts USING COVERING INDEX attempts_at (at>?)"});
    }
    CHECK(found == 1);
}

TEST_CASE("what was done to one who is forgotten is looked for past what forgettings recorded") {
    auto database = test::database_with_all_tables();
    std::size_t found = 0;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next()) {
        if (known->sql().find("FROM actions WHERE action > ?2") == std::string_view::npos) continue;
        ++found;
        const auto plan = plan_of(database, known->sql());
        CHECK(holds(plan, "SEARCH actions USING INDEX actions_action (action<?)"));
        CHECK(holds(plan, "SEARCH actions USING INDEX actions_action (action>?)"));
    }
    CHECK(found == 1);
}

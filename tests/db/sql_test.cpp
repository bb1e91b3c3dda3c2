#include "db/sql.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "db/database.hpp"

using namespace paperround;

namespace {

enum class State { idle = 0, busy = 7, gone = 12 };

std::vector<std::string> known_statements() {
    std::vector<std::string> texts;
    for (const auto* known = db::KnownStatement::first(); known != nullptr; known = known->next())
        texts.emplace_back(known->sql());
    return texts;
}

// Is never called.
[[maybe_unused]] void a_statement_that_never_runs(db::Database& database) {
    static_cast<void>(database.cached<"SELECT 'never run'">());
}

}  // namespace

TEST_CASE("a stored value is written as its number") {
    CHECK(db::stored<State::idle>.view() == "0");
    CHECK(db::stored<State::busy>.view() == "7");
    CHECK(db::stored<State::gone>.view() == "12");
    CHECK(db::is<State::gone>.view() == "= 12");
}

TEST_CASE("a set of stored values keeps its order") {
    CHECK(db::in<State::gone, State::idle, State::busy>.view() == "IN (12, 0, 7)");
    CHECK(db::in<State::busy>.view() == "IN (7)");
    CHECK(db::any_of<"d.state", State::gone, State::idle>.view() == "(d.state = 12 OR d.state = 0)");
    CHECK(db::any_of<"state", State::busy>.view() == "(state = 7)");
}

TEST_CASE("SQL is put together from literals and fragments") {
    constexpr auto sql = "SELECT id FROM t WHERE state " + db::is<State::busy> + " LIMIT ?1";
    CHECK(sql.view() == "SELECT id FROM t WHERE state = 7 LIMIT ?1");
}

TEST_CASE("a statement that only reads is told by its first word") {
    CHECK(db::only_reads<"SELECT 1">);
    CHECK_FALSE(db::only_reads<"DELETE FROM t WHERE id IN (SELECT 1)">);
}

TEST_CASE("a statement is known once, though it never runs and is written twice") {
    auto database = db::Database::open(":memory:");
    static_cast<void>(database.cached<"SELECT 'twice'">());
    static_cast<void>(database.prepare<"SELECT 'twice'">());
    const auto texts = known_statements();
    CHECK(std::ranges::count(texts, "SELECT 'twice'") == 1);
    CHECK(std::ranges::count(texts, "SELECT 'never run'") == 1);
}

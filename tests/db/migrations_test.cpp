#include "db/migrations.hpp"

#include <catch2/catch.hpp>

#include <array>

#include "db/raw_sql.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::db;

namespace {

constexpr std::array<std::string_view, 3> steps{
    "CREATE TABLE a (x); INSERT INTO a VALUES (1)",
    "ALTER TABLE a ADD COLUMN y DEFAULT 7",
    "INSERT INTO a VALUES (2, 3)",
};

std::int64_t number(Database& database, std::string_view sql) {
    auto query = RawSql(database).prepare(sql);
    REQUIRE(query.step());
    return query.integer(0);
}

}  // namespace

TEST_CASE("a new database gets every step in order") {
    Database database = Database::open(":memory:");
    migrate(database, "post", steps);
    CHECK(number(database, "SELECT sum(x * 10 + y) FROM a") == 17 + 23);
}

TEST_CASE("an older database gets only the steps it has not had") {
    Database database = Database::open(":memory:");
    migrate(database, "post", std::span(steps).first(1));
    RawSql(database).execute("INSERT INTO a VALUES (5)");
    migrate(database, "post", steps);
    CHECK(number(database, "SELECT count(*) FROM a") == 3);
    CHECK(number(database, "SELECT y FROM a WHERE x = 5") == 7);
}

TEST_CASE("a current database is left alone, even while another one writes") {
    const test::TempDir dir;
    Database database = Database::open(dir / "db");
    migrate(database, "post", steps);
    Database other = Database::open(dir / "db");
    const Transaction writing(other);
    RawSql(database).execute("PRAGMA busy_timeout = 10");
    CHECK_NOTHROW(migrate(database, "post", steps));
    CHECK(number(database, "SELECT count(*) FROM a") == 2);
}

TEST_CASE("components are counted apart") {
    Database database = Database::open(":memory:");
    constexpr std::array<std::string_view, 1> others{"CREATE TABLE b (x)"};
    migrate(database, "post", steps);
    migrate(database, "queue", others);
    migrate(database, "post", steps);
    CHECK(number(database, "SELECT sum(steps) FROM schema_steps") == 4);
}

TEST_CASE("a step that fails undoes all steps of that migration") {
    Database database = Database::open(":memory:");
    constexpr std::array<std::string_view, 2> broken{"CREATE TABLE a (x)", "CREATE TABLE a (x)"};
    CHECK_THROWS_AS(migrate(database, "post", broken), Error);
    CHECK(number(database, "SELECT count(*) FROM sqlite_schema") == 0);
    CHECK_NOTHROW(migrate(database, "post", steps));
}

TEST_CASE("a database of a newer program is refused with what to do, and left alone") {
    Database database = Database::open(":memory:");
    migrate(database, "post", steps);
    CHECK_THROWS_WITH(
        migrate(database, "post", std::span(steps).first(2)),
        "the database is of a newer version (post has 3 steps, this program knows 2): start the newer "
        "program, or restore a backup");
    CHECK(number(database, "SELECT steps FROM schema_steps") == 3);
    CHECK_FALSE(database.in_transaction());
}

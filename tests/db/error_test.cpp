// Each failure of SQLite that the work above tells apart, brought about for real.
#include <catch2/catch.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include "db/database.hpp"
#include "db/raw_sql.hpp"
#include "db/statement_sqlite.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::db;

namespace {

std::optional<Error> error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

std::optional<Error::Code> code_of(const std::function<void()>& work) {
    const auto error = error_of(work);
    return error ? std::optional(error->code()) : std::nullopt;
}

}  // namespace

TEST_CASE("a database that another one writes is busy") {
    const test::TempDir dir;
    Database one = Database::open(dir / "db");
    Database two = Database::open(dir / "db");
    RawSql(two).execute("PRAGMA busy_timeout = 10");
    const Transaction holding(one);
    CHECK(code_of([&two] { const Transaction transaction(two); }) == Error::Code::busy);
}

TEST_CASE("a database that may not grow is full, and what was there before stays") {
    const test::TempDir dir;
    Database database = Database::open(dir / "db");
    RawSql(database).execute("CREATE TABLE t (x); INSERT INTO t VALUES ('kept')");
    RawSql(database).execute("PRAGMA max_page_count = 4");
    const std::string large(100'000, 'x');
    const auto fill = [&database, &large] {
        Transaction transaction(database);
        RawSql(database).prepare("INSERT INTO t VALUES (?1)").bind_all(large).run();
        transaction.commit();
    };
    CHECK(code_of(fill) == Error::Code::full);
    CHECK_FALSE(database.in_transaction());
    auto query = RawSql(database).prepare("SELECT group_concat(x) FROM t");
    REQUIRE(query.step());
    CHECK(query.text(0) == "kept");
}

TEST_CASE("a write to a database opened for reading is refused as read-only") {
    const test::TempDir dir;
    auto made = Database::open(dir / "db");
    RawSql(made).execute("CREATE TABLE t (x)");
    Database reader = Database::open(dir / "db", Database::Mode::read_only);
    CHECK(code_of([&reader] { RawSql(reader).execute("INSERT INTO t VALUES (1)"); }) ==
          Error::Code::read_only);
}

TEST_CASE("a database that is not there is not made by a reader, and the message names it") {
    const test::TempDir dir;
    const auto error = error_of([&dir] { (void)Database::open(dir / "db", Database::Mode::read_only); });
    REQUIRE(error);
    CHECK(error->code() == Error::Code::read_only);
    CHECK(std::string(error->what()).find((dir / "db").string()) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(dir / "db"));
}

TEST_CASE("a database that cannot be opened says why") {
    const test::TempDir dir;
    dir.write("file", "");
    const auto error = error_of([&dir] { (void)Database::open(dir / "file" / "db"); });
    REQUIRE(error);
    CHECK(std::string(error->what()).ends_with(": unable to open database file: Not a directory"));
}

TEST_CASE("what the system refuses counts for more than what could not be opened for it") {
    CHECK(error_of(Error::Code::read_only, "database", EMFILE).code() == Error::Code::no_descriptors);
    CHECK(error_of(Error::Code::read_only, "database", ENFILE).code() == Error::Code::no_descriptors);
    CHECK(error_of(Error::Code::read_only, "database", ENOSPC).code() == Error::Code::full);
    CHECK(error_of(Error::Code::read_only, "database", EACCES).code() == Error::Code::read_only);
    CHECK(std::string(error_of(Error::Code::read_only, "database", 0).what()) == "database");
}

TEST_CASE("a file that is no database is corrupt, and stays as it was") {
    const test::TempDir dir;
    const std::string text(4096, 'x');
    const auto file = dir.write("db", text);
    const auto error = error_of([&file] { (void)Database::open(file); });
    REQUIRE(error);
    CHECK(error->code() == Error::Code::corrupt);
    CHECK(std::string(error->what()).find(file.string()) != std::string::npos);
    CHECK(test::slurp(file) == text);
}

TEST_CASE("a database with damaged pages is corrupt, and quick_check says so") {
    const test::TempDir dir;
    const auto file = dir / "db";
    {
        Database database = Database::open(file);
        RawSql(database).execute(
            "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
            "5000) INSERT INTO t SELECT hex(randomblob(50)) FROM n");
    }
    const auto size = std::filesystem::file_size(file);
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(8192);  // past the header and the first pages
    damage << std::string(size - 8192, '\x7f');
    damage.close();
    Database database = Database::open(file);
    CHECK(code_of([&database] {
              auto query = RawSql(database).prepare("SELECT count(x) FROM t");
              query.step();
          }) == Error::Code::corrupt);
    CHECK_FALSE(database.integrity_problem().empty());
}

TEST_CASE("a broken constraint is named as one") {
    Database database = Database::open(":memory:");
    RawSql(database).execute(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT UNIQUE NOT NULL CHECK (x <> ''));"
        "CREATE TABLE c (p REFERENCES p)");
    RawSql(database).execute("INSERT INTO p VALUES (1, 'a')");
    for (const auto* sql : {"INSERT INTO p VALUES (2, 'a')", "INSERT INTO p VALUES (2, NULL)",
                            "INSERT INTO p VALUES (2, '')", "INSERT INTO c VALUES (7)"}) {
        CAPTURE(sql);
        CHECK(code_of([&database, sql] { RawSql(database).execute(sql); }) == Error::Code::constraint);
    }
}

TEST_CASE("every misuse is a db::Error, none a foreign exception") {
    Database database = Database::open(":memory:");
    CHECK(code_of([&database] { RawSql(database).execute("SELEKT 1"); }) == Error::Code::other);
    CHECK(code_of([&database] { (void)RawSql(database).prepare("SELECT * FROM nowhere"); }) ==
          Error::Code::other);
    auto query = RawSql(database).prepare("SELECT 1 WHERE 0");
    CHECK(code_of([&query] { query.bind(1, 1); }) == Error::Code::other);
    CHECK_FALSE(query.step());
    CHECK(code_of([&query] { (void)query.integer(0); }) == Error::Code::other);
    CHECK(code_of([&query] { (void)query.text(9); }) == Error::Code::other);
    CHECK(code_of([&query] { (void)query.is_null(0); }) == Error::Code::other);
}

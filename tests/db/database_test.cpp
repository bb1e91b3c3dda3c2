#include "db/database.hpp"

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include "db/raw_sql.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::db;

namespace {

Database memory() {
    Database database = Database::open(":memory:");
    RawSql(database).execute(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, amount REAL, at INTEGER)");
    return database;
}

std::int64_t count(Database& database) {
    auto query = RawSql(database).prepare("SELECT count(*) FROM t");
    query.step();
    return query.integer(0);
}

unsigned mode_of(const std::filesystem::path& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

std::string pragma(Database& database, const std::string& name) {
    auto query = RawSql(database).prepare("PRAGMA " + name);
    query.step();
    return query.text(0);
}

}  // namespace

TEST_CASE("values of each type come back as they went in") {
    Database database = memory();
    const Time time = from_millis(1'790'000'000'123);
    RawSql(database)
        .prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4)")
        .bind_all(std::int64_t{1} << 40, "name", 0.5, time)
        .run();
    auto query = RawSql(database).prepare("SELECT id, name, amount, at FROM t");
    REQUIRE(query.step());
    CHECK(query.integer(0) == std::int64_t{1} << 40);
    CHECK(query.text(1) == "name");
    CHECK(query.real(2) == 0.5);
    CHECK(query.time(3) == time);
    CHECK_FALSE(query.step());
}

TEST_CASE("null is told from zero and from an empty text") {
    Database database = memory();
    RawSql(database)
        .prepare("INSERT INTO t VALUES (1, ?1, ?2, ?3)")
        .bind_all("", std::optional<double>{}, std::optional<Time>{})
        .run();
    auto query = RawSql(database).prepare("SELECT name, amount, at FROM t");
    REQUIRE(query.step());
    CHECK_FALSE(query.is_null(0));
    CHECK(query.text(0).empty());
    CHECK(query.is_null(1));
    CHECK_FALSE(query.optional_time(2).has_value());
}

TEST_CASE("text with NUL octets and with what is not UTF-8 comes back whole") {
    Database database = memory();
    const std::string text("a\0b\xff\r\n", 6);
    RawSql(database).prepare("INSERT INTO t (name) VALUES (?1)").bind_all(text).run();
    auto query = RawSql(database).prepare("SELECT name FROM t");
    REQUIRE(query.step());
    CHECK(query.text(0) == text);
}

TEST_CASE("run says how many rows it changed, and the statement is ready for the next") {
    Database database = memory();
    auto insert = RawSql(database).prepare("INSERT INTO t (name) VALUES (?1)");
    for (const auto* name : {"a", "b", "c"}) CHECK(insert.bind(1, name).run() == 1);
    CHECK(RawSql(database).prepare("UPDATE t SET amount = 1 WHERE name <> 'a'").run() == 2);
    CHECK(RawSql(database).prepare("DELETE FROM t WHERE name = 'nobody'").run() == 0);
}

TEST_CASE("a row that is made says its number, and one that is there already says none") {
    Database database = memory();
    auto insert =
        RawSql(database).prepare("INSERT INTO t (name) VALUES (?1) ON CONFLICT DO NOTHING RETURNING id");
    CHECK(insert.bind(1, "a").run_for_id() == 1);
    CHECK(insert.bind(1, "a").run_for_id() == std::nullopt);
    CHECK(insert.bind(1, "b").run_for_id() == 2);
}

TEST_CASE("what writes is reached through the transaction that is open") {
    Database database = memory();
    CHECK_THROWS_AS(database.transaction(), std::logic_error);
    {
        Transaction transaction(database);
        CHECK(&database.transaction() == &transaction);
        database.transaction().cached<"INSERT INTO t (name) VALUES (?1)">().bind(1, "a").run();
        transaction.commit();
        CHECK_THROWS_AS(database.transaction(), std::logic_error);
    }
    {
        const Transaction undone(database);
        database.transaction().cached<"INSERT INTO t (name) VALUES (?1)">().bind(1, "b").run();
    }
    CHECK_THROWS_AS(database.transaction(), std::logic_error);
    CHECK(count(database) == 1);
}

TEST_CASE("a table that is there is told from one that is not") {
    Database database = memory();
    CHECK(database.has_table("t"));
    CHECK_FALSE(database.has_table("u"));
}

TEST_CASE("a cached statement comes back reset, whatever state it was left in") {
    Database database = memory();
    RawSql(database).execute("INSERT INTO t (name) VALUES ('a'), ('b')");
    auto& first = database.cached<"SELECT name FROM t ORDER BY id">();
    REQUIRE(first.step());
    auto& again = database.cached<"SELECT name FROM t ORDER BY id">();
    CHECK(&again == &first);
    REQUIRE(again.step());
    CHECK(again.text(0) == "a");
}

TEST_CASE("a statement can be used again after it failed") {
    Database database = memory();
    auto insert = RawSql(database).prepare("INSERT INTO t (name) VALUES (?1)");
    insert.bind(1, "a").run();
    CHECK_THROWS_AS(insert.bind(1, "a").run(), Error);
    insert.reset();
    CHECK(insert.bind(1, "b").run() == 1);
}

TEST_CASE("a transaction that commits stays, one that goes without is undone") {
    Database database = memory();
    {
        Transaction transaction(database);
        RawSql(database).execute("INSERT INTO t (name) VALUES ('kept')");
        CHECK(database.in_transaction());
        transaction.commit();
    }
    CHECK_FALSE(database.in_transaction());
    {
        const Transaction transaction(database);
        RawSql(database).execute("INSERT INTO t (name) VALUES ('undone')");
    }
    CHECK_FALSE(database.in_transaction());
    CHECK(count(database) == 1);
}

TEST_CASE("an exception on its way through undoes the transaction") {
    Database database = memory();
    const auto work = [&database] {
        const Transaction transaction(database);
        RawSql(database).execute("INSERT INTO t (name) VALUES ('a')");
        RawSql(database).execute("INSERT INTO t (name) VALUES ('a')");
    };
    CHECK_THROWS_AS(work(), Error);
    CHECK(count(database) == 0);
    CHECK_FALSE(database.in_transaction());
}

TEST_CASE("a transaction with an unfinished query can be undone") {
    Database database = memory();
    RawSql(database).execute("INSERT INTO t (name) VALUES ('a'), ('b')");
    auto query = RawSql(database).prepare("SELECT name FROM t");
    {
        const Transaction transaction(database);
        RawSql(database).execute("DELETE FROM t WHERE name = 'b'");
        REQUIRE(query.step());
    }
    query.reset();
    CHECK(count(database) == 2);
}

TEST_CASE("a file is opened durable, in WAL mode, with foreign keys") {
    const test::TempDir dir;
    Database database = Database::open(dir / "db");
    CHECK(pragma(database, "journal_mode") == "wal");
    CHECK(pragma(database, "synchronous") == "2");  // FULL
    CHECK(pragma(database, "foreign_keys") == "1");
}

TEST_CASE("a new database is its owner's alone, its log too") {
    const test::TempDir dir;
    Database database = Database::open(dir / "db");
    RawSql(database).execute("CREATE TABLE t (x)");
    CHECK(mode_of(dir / "db") == 0600U);
    CHECK(mode_of(dir / "db-wal") == 0600U);
    CHECK(mode_of(dir / "db-shm") == 0600U);
}

TEST_CASE("data_version changes when another connection commits, not for our own commits") {
    const test::TempDir dir;
    Database ours = Database::open(dir / "db");
    RawSql(ours).execute("CREATE TABLE t (x)");
    Database theirs = Database::open(dir / "db");
    const auto before = ours.data_version();
    RawSql(ours).execute("INSERT INTO t VALUES (1)");
    CHECK(ours.data_version() == before);
    RawSql(theirs).execute("INSERT INTO t VALUES (2)");
    const auto after = ours.data_version();
    CHECK(after != before);
    CHECK(ours.data_version() == after);
}

TEST_CASE("readers see the last commit while a writer is at work") {
    const test::TempDir dir;
    Database writer = Database::open(dir / "db");
    RawSql(writer).execute("CREATE TABLE t (x)");
    Database reader = Database::open(dir / "db", Database::Mode::read_only);
    const Transaction transaction(writer);
    RawSql(writer).execute("INSERT INTO t VALUES (1)");
    CHECK(count(reader) == 0);
}

TEST_CASE("a sound database has no integrity problem") {
    Database database = memory();
    CHECK(database.integrity_problem().empty());
}

TEST_CASE("a backup is the whole database in one private file") {
    const test::TempDir dir;
    Database database = Database::open(dir / "db");
    RawSql(database).execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)");
    database.backup_to(dir / "copy's");
    CHECK(mode_of(dir / "copy's") == 0600U);
    Database copy = Database::open(dir / "copy's", Database::Mode::read_only);
    CHECK(count(copy) == 2);
}

TEST_CASE("a backup never overwrites a file, and leaves none behind when it fails") {
    const test::TempDir dir;
    Database database = Database::open(dir / "db");
    const auto there = dir.write("there", "precious");
    CHECK_THROWS_AS(database.backup_to(there), Error);
    CHECK(test::slurp(there) == "precious");
    const Transaction transaction(database);  // VACUUM refuses to run in one
    CHECK_THROWS_AS(database.backup_to(dir / "copy"), Error);
    CHECK_FALSE(std::filesystem::exists(dir / "copy"));
}

TEST_CASE("a database whose files are replaced or removed under it is noticed") {
    const test::TempDir dir;
    const auto file = dir / "a.db";
    Database database = Database::open(file);
    RawSql(database).execute("CREATE TABLE t (id INTEGER)");
    CHECK_FALSE(database.files_replaced());
    SECTION("a backup is moved into place") {
        database.backup_to(dir / "backup.db");
        std::filesystem::rename(dir / "backup.db", file);
        CHECK(database.files_replaced());
    }
    SECTION("the -wal is removed") {
        std::filesystem::remove(dir / "a.db-wal");
        CHECK(database.files_replaced());
    }
    SECTION("the -shm is removed") {
        std::filesystem::remove(dir / "a.db-shm");
        CHECK(database.files_replaced());
    }
    SECTION("the folder is cleared and somebody makes a new one") {
        for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) std::filesystem::remove(dir / name);
        Database another = Database::open(file);
        RawSql(another).execute("CREATE TABLE t (id INTEGER)");
        CHECK(database.files_replaced());
        CHECK_FALSE(another.files_replaced());
    }
    SECTION("a smaller one is copied over it") {
        RawSql(database).execute("INSERT INTO t VALUES (zeroblob(100000)); PRAGMA wal_checkpoint(TRUNCATE)");
        CHECK_FALSE(database.files_replaced());
        std::filesystem::resize_file(file, 8192);
        CHECK(database.files_replaced());
    }
    SECTION("others open and close it") {
        {
            Database another = Database::open(file);
            RawSql(another).execute("INSERT INTO t VALUES (1)");
        }
        CHECK_FALSE(database.files_replaced());
    }
}

// Another process: within one SQLite keeps the -shm of a file that was removed for all its connections.
TEST_CASE("who closes a database whose -wal was removed leaves that of the next one alone") {
    const test::TempDir dir;
    const auto file = dir / "a.db";
    {
        Database removed = Database::open(file);
        RawSql(removed).execute(
            "CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(FULL)");
        for (const char* name : {"a.db-wal", "a.db-shm"}) std::filesystem::remove(dir / name);
        const auto next = test::run({test::python, "-c",
                                     "import os, sqlite3, sys\n"
                                     "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                                     "db.execute('INSERT INTO t VALUES (2)')\n"
                                     "os._exit(0)",
                                     file.string()});
        REQUIRE(next.status == 0);
        RawSql(removed).execute("INSERT INTO t VALUES (3)");
    }
    auto in_place = Database::open(file);
    auto second = RawSql(in_place).prepare("SELECT count(*) FROM t WHERE id = 2");
    REQUIRE(second.step());
    CHECK(second.integer(0) == 1);
    CHECK(in_place.integrity_problem().empty());
}

TEST_CASE("a transaction into files that were replaced has failed, and none begins") {
    const test::TempDir dir;
    Database database = Database::open(dir / "a.db");
    RawSql(database).execute("CREATE TABLE t (id INTEGER)");
    database.backup_to(dir / "backup.db");
    const auto replaced = [](const Error& error) { return error.code() == Error::Code::replaced; };
    {
        Transaction transaction(database);
        RawSql(database).execute("INSERT INTO t VALUES (1)");
        std::filesystem::rename(dir / "backup.db", dir / "a.db");
        CHECK_THROWS_MATCHES(transaction.commit(), Error, Catch::Predicate<Error>(replaced));
    }
    CHECK_THROWS_MATCHES(Transaction(database), Error, Catch::Predicate<Error>(replaced));
}

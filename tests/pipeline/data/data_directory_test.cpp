#include "pipeline/data/data_directory.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "db/raw_sql.hpp"
#include "queue/store/delivery_store.hpp"
#include "support/committing.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using pipeline::DataDirectoryLock;

namespace {

// No file can grow while this object lives.
class NoRoom {
  public:
    NoRoom() : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~NoRoom() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signal_);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

  private:
    void (*signal_)(int);
    rlimit before_{};
};

}  // namespace

TEST_CASE("a database that is up to date is opened while another one writes") {
    const test::TempDir dir;
    auto writing = pipeline::open_database(dir.path());
    const db::Transaction transaction(writing);
    CHECK_NOTHROW(pipeline::open_database(dir.path()));
}

TEST_CASE("a data directory is held by one daemon, also where somebody has removed its lock") {
    const test::TempDir dir;
    {
        const auto first = DataDirectoryLock::acquire(dir.path());
        REQUIRE(first.has_value());
        const auto second = DataDirectoryLock::acquire(dir.path());
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == pipeline::LockError::Code::held);
        std::filesystem::remove(dir / "lock");
        const auto third = DataDirectoryLock::acquire(dir.path());
        REQUIRE_FALSE(third.has_value());
        CHECK(third.error().code == pipeline::LockError::Code::held);
    }
    CHECK(DataDirectoryLock::acquire(dir.path()).has_value());
}

TEST_CASE("a first start on a full disk leaves nothing that looks like an emptied database") {
    const test::TempDir dir;
    const auto data = dir / "data";
    test::SeededRandom random;
    {
        const NoRoom no_room;
        CHECK_THROWS_AS(pipeline::secret_key(data, random), db::Error);
    }
    CHECK(std::filesystem::is_empty(data));
    CHECK(pipeline::secret_key(data, random).has_value());
    CHECK(std::filesystem::file_size(data / "paperround.db") > 0);
}

TEST_CASE("a second daemon on the same data directory is told who holds it") {
    const test::TempDir dir;
    const auto data = dir / "data";
    {
        const auto first = DataDirectoryLock::acquire(data);
        REQUIRE(first.has_value());
        const auto second = DataDirectoryLock::acquire(data);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == pipeline::LockError::Code::held);
        CHECK(second.error().message.find("process " + std::to_string(::getpid())) != std::string::npos);
    }
    CHECK(DataDirectoryLock::acquire(data).has_value());
}

TEST_CASE("a disk that is full keeps no daemon from taking its lock") {
    const test::TempDir dir;
    const auto data = dir / "data";
    REQUIRE(DataDirectoryLock::acquire(data).has_value());  // an earlier holder leaves its number
    const auto lock = [&data] {
        const NoRoom no_room;
        return DataDirectoryLock::acquire(data);
    }();
    REQUIRE(lock.has_value());
    const auto second = DataDirectoryLock::acquire(data);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().message.find("(process unknown)") != std::string::npos);
}

TEST_CASE("the data directory and the database are for their owner alone") {
    const test::TempDir dir;
    const auto data = dir / "deep" / "data";
    { const auto database = pipeline::open_database(data); }
    struct stat info {};
    REQUIRE(::stat(data.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0700U);
    REQUIRE(::stat((data / "paperround.db").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600U);
}

TEST_CASE("a database of a newer version is refused with what to do") {
    const test::TempDir dir;
    {
        auto database = pipeline::open_database(dir.path());
        db::RawSql(database).execute("UPDATE schema_steps SET steps = 99 WHERE component = 'queue'");
    }
    CHECK_THROWS_WITH(pipeline::open_database(dir.path()), Catch::Contains("newer"));
}

TEST_CASE("a lock that cannot be opened says so, and not that another daemon runs") {
    const test::TempDir dir;
    std::filesystem::create_directory(dir / "lock");
    const auto lock = DataDirectoryLock::acquire(dir.path());
    REQUIRE_FALSE(lock.has_value());
    CHECK(lock.error().code == pipeline::LockError::Code::not_to_be_had);
    CHECK(lock.error().reason == std::errc::is_a_directory);
    CHECK(lock.error().message == (dir / "lock").string() + ": cannot open: Is a directory");
}

TEST_CASE("an empty database beside a key that has been in use is refused by whoever opens it") {
    const test::TempDir dir;
    const auto file = dir.write("paperround.db", "");
    CHECK(pipeline::emptiness_of(dir.path()).empty());  // as after an import that was interrupted
    dir.write("secret.key", std::string(32, 'k'));
    CHECK_THROWS_WITH(pipeline::open_database(dir.path()),
                      Catch::Contains(file.string()) && Catch::Contains("it is empty"));
    CHECK(std::filesystem::file_size(file) == 0);
    std::filesystem::remove(file);
    CHECK(pipeline::emptiness_of(dir.path()).empty());
    { const auto database = pipeline::open_database(dir.path()); }
    CHECK(pipeline::emptiness_of(dir.path()).empty());
}

TEST_CASE("a key that is gone from beside a database is made anew only while no mail was sent") {
    const test::TempDir dir;
    test::SeededRandom random;
    const auto key = dir / "secret.key";
    REQUIRE(pipeline::secret_key(dir.path(), random).has_value());
    std::filesystem::remove(key);
    REQUIRE(pipeline::secret_key(dir.path(), random).has_value());
    std::filesystem::remove(key);
    {
        auto database = pipeline::open_database(dir.path());
        test::Committing<queue::DeliveryStore>(database)->record(
            {.id = 1}, {.kind = queue::OutcomeKind::accepted}, {}, "main", {});
    }
    const auto lost = pipeline::secret_key(dir.path(), random);
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().code == audience::SecretKeyError::Code::lost);
    CHECK_THAT(lost.error().message,
               Catch::StartsWith(key.string() + ": it is gone; restore it from a backup."));
    CHECK_FALSE(std::filesystem::exists(key));
}

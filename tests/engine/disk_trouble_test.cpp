// A disk that accepts no more writes, or returns other data than was written, while the daemon works: the
// daemon stops claiming at once, says so, and goes on when the disk works again. (For a full disk see ./dev
// torture.)
#include <csignal>
#include <filesystem>
#include <fstream>

#include "db/database.hpp"
#include "db/raw_sql.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

constexpr int readers = 1000;
constexpr std::size_t page = 4096;
constexpr unsigned doubt_window = 40;  // ten per connection, the default

struct DiskTrouble : DaemonFixture {
    DiskTrouble() {
        // Polls are far apart, so that no other write wakes the daemon. A rate, so that the trouble comes
        // before everything is sent, however slow the machine is.
        configure(
            {.relay_port = sink.port(), .connections = 4, .relay_extra = ", rate: 100/s", .every = "1h"});
        publish({"trouble"});
        import_readers(readers);
    }
    std::size_t messages() const { return sink.count("\"message\""); }
    Process start_under(const std::map<std::string, std::string>& environment) const {
        return Process(arguments({"run"}), {}, environment);
    }
    // What was claimed before may still be sent; then nothing more is.
    void check_that_it_has_stopped(Process& daemon) const {
        // The journal's priority "critical".
        REQUIRE(eventually([&] { return count_of("<2>", daemon.errors()) > 0; }));
        const auto sent = messages();
        CHECK_FALSE(eventually([&] { return messages() > sent + doubt_window; }, 2s));
        CHECK(messages() < readers);
        CHECK(count_of("nothing new is sent until it can be written", daemon.errors()) == 1);
        CHECK(health() == "503");
    }
    void check_that_all_is_delivered_once(Process& daemon) const {
        REQUIRE(eventually([&] { return daemon.errors().find("sending goes on") != std::string::npos; }));
        CHECK(health() == "200");
        CHECK(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }, 60s));
        daemon.signal(SIGTERM);
        CHECK(daemon.wait(60s) == 0);
        CHECK(messages() == readers);
        CHECK(count_lines(command({"log", "--json", "--outcome", "accepted"}).output) == readers);
        CHECK(count_lines(command({"log", "--json", "--outcome", "in_doubt"}).output) == 0);
        CHECK(paperround::db::Database::open(database_file()).integrity_problem().empty());
    }
    std::string health() const {
        return run({"curl", "-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}",
                    fmt::format("http://127.0.0.1:{}/healthz", http_port)})
            .output;
    }
    // Returns once the daemon has recorded everything that it had claimed. An outcome that is written after a
    // page was damaged may put an intact copy of that page into the write-ahead log, and the damage would
    // never be read.
    void pause_until_nothing_is_sent() const {
        REQUIRE(command({"mailings", "pause", "1"}).status == 0);
        auto database = paperround::db::Database::open(database_file());
        REQUIRE(eventually([&] {
            auto query =
                paperround::db::RawSql(database).prepare("SELECT count(*) FROM deliveries WHERE state = 1");
            return query.step() && query.integer(0) == 0;
        }));
    }
    // The number of its page in the file, after a checkpoint: pages in the log would be read from there.
    std::size_t root_page_of(const std::string& name) const {
        auto database = paperround::db::Database::open(database_file());
        REQUIRE(eventually([&] {
            auto checkpoint = paperround::db::RawSql(database).prepare("PRAGMA wal_checkpoint(TRUNCATE)");
            return checkpoint.step() && checkpoint.integer(0) == 0;
        }));
        auto query =
            paperround::db::RawSql(database).prepare("SELECT rootpage FROM sqlite_master WHERE name = ?1");
        query.bind(1, name);
        REQUIRE(query.step());
        return static_cast<std::size_t>(query.integer(0));
    }
    std::filesystem::path database_file() const { return dir / "data" / "paperround.db"; }

    ScriptedSmtp sink{"{}"};
};

std::string exchange_page(const std::filesystem::path& file, std::size_t number, const std::string& content) {
    std::fstream database(file, std::ios::binary | std::ios::in | std::ios::out);
    std::string before(page, '\0');
    const auto at = static_cast<std::streamoff>((number - 1) * page);
    database.seekg(at).read(before.data(), page);
    database.seekp(at).write(content.data(), page);
    if (!database.flush()) throw std::runtime_error("cannot write " + file.string());
    return before;
}

}  // namespace

TEST_CASE_METHOD(DiskTrouble,
                 "a disk that turns read-only stops the claiming, and nothing is lost or sent twice") {
    const auto flag = dir / "read-only";
    auto daemon = start_under({{"LD_PRELOAD", READ_ONLY_DISK},
                               {"ASAN_OPTIONS", "verify_asan_link_order=0"},
                               {"READ_ONLY_WHILE", flag.string()}});
    REQUIRE(eventually([&] { return messages() >= 100; }, 60s));
    dir.write("read-only", "");
    check_that_it_has_stopped(daemon);
    std::filesystem::remove(flag);
    check_that_all_is_delivered_once(daemon);
}

TEST_CASE_METHOD(DiskTrouble,
                 "a page that reads back as something else stops the claiming until it is mended") {
    auto daemon = start();
    REQUIRE(eventually([&] { return messages() >= 100; }, 60s));
    pause_until_nothing_is_sent();
    const std::size_t root = root_page_of("deliveries_due");
    const auto sound = exchange_page(database_file(), root, std::string(page, '\x5a'));
    REQUIRE(command({"mailings", "resume", "1"}).status == 0);
    check_that_it_has_stopped(daemon);
    CHECK(daemon.errors().find("malformed") != std::string::npos);
    exchange_page(database_file(), root, sound);
    check_that_all_is_delivered_once(daemon);
}

TEST_CASE_METHOD(DiskTrouble, "readers who cannot be read are the database's trouble, and not the relay's") {
    auto daemon = start();
    REQUIRE(eventually([&] { return messages() >= 100; }, 60s));
    pause_until_nothing_is_sent();
    const std::size_t root = root_page_of("subscribers");
    const auto sound = exchange_page(database_file(), root, std::string(page, '\x5a'));
    REQUIRE(command({"mailings", "resume", "1"}).status == 0);
    check_that_it_has_stopped(daemon);
    CHECK(daemon.errors().find("malformed") != std::string::npos);
    CHECK(daemon.errors().find("relay main") == std::string::npos);
    exchange_page(database_file(), root, sound);
    check_that_all_is_delivered_once(daemon);
    CHECK(count_lines(command({"log", "--json", "--outcome", "relay_trouble"}).output) == 0);
}

TEST_CASE_METHOD(DiskTrouble, "a daemon that ends beside readers who cannot be read has not ended well") {
    auto daemon = start();
    REQUIRE(eventually([&] { return messages() >= 100; }, 60s));
    pause_until_nothing_is_sent();
    exchange_page(database_file(), root_page_of("subscribers"), std::string(page, '\x5a'));
    REQUIRE(command({"mailings", "resume", "1"}).status == 0);
    check_that_it_has_stopped(daemon);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(60s) == 74);
    // So the next start checks the whole database and finds the damage.
    const auto next = command({"run"});
    CHECK(next.status == 65);
    CHECK(next.errors.find("is damaged") != std::string::npos);
}

// A reload (SIGHUP) under difficulties: damaged files, a database that cannot be written or was replaced, a
// relay that does not answer, dozens of signals.
#include <sys/resource.h>

#include <csignal>

#include "db/database.hpp"
#include "db/raw_sql.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

struct Reload : DaemonFixture {
    bool says(const Process& daemon, const std::string& words) const {
        return daemon.errors().find(words) != std::string::npos;
    }
    std::string status_of(const std::string& path) const {
        return run({"curl", "-s", "--noproxy", "*", "-m", "2", "-o", "/dev/null", "-w", "%{http_code}",
                    fmt::format("http://127.0.0.1:{}{}", http_port, path)})
            .output;
    }
    // 200 readers, 40 a second.
    void prepare_a_slow_mailing(const ScriptedSmtp& relay) {
        configure({.relay_port = relay.port(), .relay_extra = ", rate: 40/s"});
        publish({"a"});
        import_readers(200);
    }
    void stop(Process& daemon) const {
        daemon.signal(SIGTERM);
        CHECK(daemon.wait(60s) == 0);
    }
};

}  // namespace

TEST_CASE_METHOD(Reload, "a reload that meets a secret file which others may read changes nothing") {
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port()});
    publish({"a"});
    auto daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    const auto key = dir / "data" / "secret.key";
    std::filesystem::permissions(key, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return says(daemon, "stays in force"); }));
    CHECK(says(daemon, "secret.key"));
    CHECK(status_of("/healthz") == "200");
    std::filesystem::permissions(key, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::remove);
    daemon.signal(SIGHUP);
    CHECK(eventually([&] { return says(daemon, "<6>reloaded"); }));
    stop(daemon);
}

TEST_CASE_METHOD(Reload, "a reload makes no other key where secret.key is gone or is another one") {
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port()});
    publish({"a"});
    auto daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    const auto key = dir / "data" / "secret.key";
    const auto before = slurp(key);
    std::filesystem::remove(key);
    daemon.signal(SIGHUP);
    REQUIRE(
        eventually([&] { return says(daemon, "it is gone, and links in mails that were sent need it"); }));
    CHECK_FALSE(std::filesystem::exists(key));
    const auto put = [&](const std::string& content) {
        dir.write("data/secret.key", content);
        std::filesystem::permissions(key, std::filesystem::perms::owner_read);
    };
    put(std::string(32, 'k'));
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return says(daemon, "it is not the key that this run began with"); }));
    std::filesystem::remove(key);
    put(before);
    daemon.signal(SIGHUP);
    CHECK(eventually([&] { return says(daemon, "<6>reloaded"); }));
    stop(daemon);
}

TEST_CASE_METHOD(Reload,
                 "a reload is refused while the database cannot be written, and nobody is in doubt for it") {
    const ScriptedSmtp sink("{}");
    prepare_a_slow_mailing(sink);
    auto daemon = start();
    REQUIRE(eventually([&] { return sink.count("\"message\"") > 20; }));
    {
        auto other = paperround::db::Database::open(dir / "data" / "paperround.db");
        paperround::db::RawSql(other).execute("BEGIN IMMEDIATE");
        daemon.signal(SIGHUP);
        REQUIRE(eventually([&] { return says(daemon, "not reloaded"); }, 30s));
        CHECK(says(daemon, "locked"));
        paperround::db::RawSql(other).execute("ROLLBACK");
    }
    CHECK(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }, 60s));
    stop(daemon);
    CHECK(sink.count("\"message\"") == 200);
    CHECK(count_lines(command({"log", "--json", "--outcome", "in_doubt"}).output) == 0);
}

TEST_CASE_METHOD(Reload,
                 "a stop while the database cannot be written waits for it, and writes what is known") {
    const ScriptedSmtp sink("{}");
    prepare_a_slow_mailing(sink);
    auto daemon = start();
    REQUIRE(eventually([&] { return sink.count("\"message\"") > 20; }));
    {
        auto other = paperround::db::Database::open(dir / "data" / "paperround.db");
        paperround::db::RawSql(other).execute("BEGIN IMMEDIATE");
        daemon.signal(SIGTERM);
        REQUIRE(eventually([&] { return says(daemon, "nothing new is sent until it can be written"); }, 30s));
        CHECK(daemon.running());
        paperround::db::RawSql(other).execute("ROLLBACK");
    }
    CHECK(daemon.wait(60s) == 0);
    const auto accepted = count_lines(command({"log", "--json", "--outcome", "accepted"}).output);
    CHECK(accepted == sink.count("\"message\""));
    CHECK(count_lines(command({"log", "--json", "--outcome", "in_doubt"}).output) == 0);
}

TEST_CASE_METHOD(Reload, "the pages stay up through a reload that waits for a relay") {
    const ScriptedSmtp server(R"({"dot": {"stall": true}})");
    configure({.relay_port = server.port(), .connections = 2});
    publish({"a"});
    import_readers(4);
    auto daemon = start();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    daemon.signal(SIGHUP);
    bool up = true;
    REQUIRE(eventually([&] {
        up = up && status_of("/healthz") == "200";
        return says(daemon, "<6>reloaded");
    }));
    CHECK(up);
    CHECK(status_of("/readyz") == "200");
    CHECK_FALSE(says(daemon, "relay main"));
}

TEST_CASE_METHOD(Reload, "signals that come faster than reloads are done are one reload") {
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port()});
    publish({"a"});
    import_readers(50);
    auto daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    for (int i = 0; i < 200; ++i) daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return says(daemon, "<6>reloaded"); }));
    // Before the post was found nothing waits either, so check the messages.
    CHECK(eventually([&] { return sink.count("\"message\"") == 50; }, 30s));
    CHECK(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }, 30s));
    stop(daemon);
    CHECK(count_of("<6>reloaded", daemon.errors()) <= 3);
    CHECK(sink.count("\"message\"") == 50);
}

TEST_CASE_METHOD(Reload, "a reload moves the pages to another address before it gives up the old one") {
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port()});
    publish({"a"});
    auto daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    const auto before = http_port;
    SECTION("that is free") {
        http_port = free_port();
        configure({.relay_port = sink.port()});
        daemon.signal(SIGHUP);
        REQUIRE(eventually([&] { return says(daemon, "<6>reloaded"); }));
        CHECK(status_of("/healthz") == "200");
        CHECK_FALSE(listening(before));
    }
    SECTION("that is taken: nothing changes") {
        http_port = sink.port();
        configure({.relay_port = sink.port()});
        daemon.signal(SIGHUP);
        REQUIRE(eventually([&] { return says(daemon, "stays in force"); }));
        http_port = before;
        CHECK(status_of("/healthz") == "200");
    }
    stop(daemon);
}

TEST_CASE_METHOD(Reload,
                 "a backup that is moved into place ends the daemon, and nobody who leaves then is mailed") {
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port(), .connections = 2, .relay_extra = ", rate: 20/s"});
    publish({"a"});
    import_readers(300);
    auto daemon = start();
    REQUIRE(eventually([&] { return sink.count("\"message\"") > 5; }));
    const auto database = dir / "data" / "paperround.db";
    paperround::db::Database::open(database).backup_to(dir / "backup.db");
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(database.string() + end);
    std::filesystem::rename(dir / "backup.db", database);
    CHECK(command({"subscribers", "remove", "reader300@example.org"}).status == 0);
    CHECK(daemon.wait(30s) == 74);
    CHECK(says(daemon, "replaced or removed while they were open"));
    CHECK(sink.count("\"message\"") < 300);
    CHECK(sink.count("reader300@example.org") == 0);
}

TEST_CASE_METHOD(Reload, "a reload to more connections may open more files, or is refused") {
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port(), .connections = 5});
    std::vector<std::string> argv{"sh", "-c", "ulimit -S -n 160; ulimit -H -n 500; exec \"$@\"", "sh"};
    const auto program = arguments({"run"});
    argv.insert(argv.end(), program.begin(), program.end());
    publish({"a"});
    Process daemon(argv);
    REQUIRE(eventually([&] { return ready(); }));
    configure({.relay_port = sink.port(), .connections = 200});
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return says(daemon, "stays in force"); }));
    CHECK(says(daemon, "needs 732 files open at once, and 500 may be"));
    configure({.relay_port = sink.port(), .connections = 100});
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return says(daemon, "<6>reloaded"); }));
    rlimit limit{};
    REQUIRE(::prlimit(daemon.pid(), RLIMIT_NOFILE, nullptr, &limit) == 0);
    CHECK(limit.rlim_cur == 432);
    stop(daemon);
}

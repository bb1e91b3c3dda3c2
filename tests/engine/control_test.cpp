// Controlling a running daemon: limits, pause, resume, cancel, retry, and what the queue shows of them.
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text/display_width.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct ControlFixture : DaemonFixture {
    // The number in the line of `queue --by state` for a state; 0 if there is no line.
    std::int64_t in_state(const std::string& state) const {
        std::istringstream in(command({"queue", "--by", "state", "--json"}).output);
        for (std::string line; std::getline(in, line);) {
            const auto object = json::parse(line);
            if (object["state"] == state) return object["count"];
        }
        return 0;
    }
    bool fits_80_columns(const std::string& text) const {
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) {
            if (paperround::display_width(line) > 80) return false;
        }
        return true;
    }
    ScriptedSmtp server{"{}"};
};

}  // namespace

TEST_CASE_METHOD(
    ControlFixture,
    "a running daemon is paused, resumed, cancelled and told to send the rest, each reader once") {
    constexpr int readers = 300;
    configure({.relay_port = server.port(), .extra = "domains: {example.org: {rate: 10/s}}"});
    publish({"controlled"});
    import_readers(readers);
    auto daemon = start();
    const auto messages = [&] { return server.count("\"message\""); };
    REQUIRE(eventually([&] { return messages() >= 5; }, 60s));

    // Within a second of the command, at ten a second, at most ten more leave, and those that were being
    // sent.
    constexpr std::size_t of_a_second = 10 + 4;
    CHECK(command({"mailings", "pause", "1"}).status == 0);
    const auto told_at = messages();
    REQUIRE(eventually([&] { return in_state("sending") == 0; }));
    const auto paused_at = messages();
    CHECK(paused_at <= told_at + of_a_second);
    CHECK(in_state("queued") == readers - static_cast<std::int64_t>(paused_at));

    CHECK(command({"mailings", "resume", "1"}).status == 0);
    REQUIRE(eventually([&] { return messages() >= paused_at + 5; }, 30s));

    const auto cancelled = command({"mailings", "cancel", "1"});
    CHECK(cancelled.output == "mailing 1 (\"controlled\") is cancelled\n");
    const auto cancelled_at = messages();
    CHECK(command({"queue"}).output == "Nothing waits.\n");
    REQUIRE(eventually([&] {
        return command({"mailings", "--json"}).output.find("\"waiting\":0") != std::string::npos;
    }));
    CHECK(messages() <= cancelled_at + of_a_second);

    // Without the limit the other deliveries are sent at once.
    configure({.relay_port = server.port()});
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return daemon.errors().find("reloaded") != std::string::npos; }, 30s));
    const auto again = command({"mailings", "retry", "1"});
    CHECK(again.output.find(" queued again; left out: 0 suppressed, 0 no longer subscribed") !=
          std::string::npos);
    REQUIRE(eventually([&] { return messages() == readers; }, 60s));
    REQUIRE(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }));
    CHECK(command({"mailings", "retry", "1"}).output.find(": 0 queued again") != std::string::npos);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
    CHECK(messages() == readers);
    CHECK(command({"mailings", "--json"}).output.find("\"state\":\"done\"") != std::string::npos);
}

TEST_CASE_METHOD(ControlFixture, "run --once goes on for as long as a limit holds back what is due") {
    configure({.relay_port = server.port(), .extra = "domains: {example.org: {rate: 10/s}}"});
    publish({"slowly"});
    import_readers(25);
    const auto once = command({"run", "--once"});
    CHECK(once.status == 0);
    CHECK(server.count("\"message\"") == 25);
}

TEST_CASE_METHOD(ControlFixture,
                 "the queue is shown by domain, provider, relay and state within 80 columns, and as JSON") {
    configure({.relay_port = free_port(),
               .relay_extra = ", rate: 1000/h, warm_up: {start: 2026-11-01, first_day: 50}",
               .extra = "domains: {example.org: {rate: 10/s, connections: 2}}\n"
                        "providers: {google: {rate: 20/s}}"});
    publish({"stuck"});
    import_readers(3);
    CHECK(command({"run", "--once"}).status == 75);
    for (const std::string by : {"domain", "provider", "relay", "state"}) {
        CAPTURE(by);
        const auto text = command({"queue", "--by", by});
        CAPTURE(text.output);
        CHECK(text.status == 0);
        CHECK(fits_80_columns(text.output));
        CHECK(count_lines(text.output) >= 2);
        const auto lines = command({"queue", "--by", by, "--json"}).output;
        const auto line = json::parse(lines.substr(0, lines.find('\n')));
        CHECK(line.contains(by));
    }
    CHECK(command({"queue", "--by", "domain"}).output.find("10/s, 2 at once") != std::string::npos);
    CHECK(command({"queue", "--by", "relay"}).output.find("down") != std::string::npos);
    CHECK(command({"queue", "--by", "sender"}).status == 64);
    CHECK(command({"mailings", "retry", "1", "--state", "sent"}).status == 64);
    CHECK(command({"mailings", "retry", "7"}).status == 65);
    CHECK(command({"check"}).output.find("domain example.org: at most 10/s, 2 at once\n") !=
          std::string::npos);
    CHECK(command({"check"}).output.find("provider google: at most 20/s\n") != std::string::npos);
}

TEST_CASE_METHOD(ControlFixture,
                 "after a kill the next start checks the database, after a clean stop it does not") {
    configure({.relay_port = server.port()});
    publish({"a"});
    {
        auto daemon = start();
        REQUIRE(eventually([&] { return ready(); }));
        daemon.signal(SIGKILL);
        REQUIRE(daemon.wait() == 128 + SIGKILL);
    }
    {
        auto daemon = start();
        REQUIRE(eventually([&] { return daemon.errors().find("ready: ") != std::string::npos; }));
        CHECK(daemon.errors().find("did not stop cleanly; checking the database") != std::string::npos);
        CHECK(daemon.errors().find("the database is sound") != std::string::npos);
        daemon.signal(SIGTERM);
        REQUIRE(daemon.wait(30s) == 0);
    }
    auto daemon = start();
    REQUIRE(eventually([&] { return daemon.errors().find("ready: ") != std::string::npos; }));
    CHECK(daemon.errors().find("did not stop cleanly") == std::string::npos);
}

TEST_CASE_METHOD(ControlFixture,
                 "a database that was damaged while nobody stopped cleanly is not written to") {
    configure({.relay_port = server.port()});
    publish({"a"});
    import_readers(2);
    REQUIRE(command({"run", "--once"}).status == 0);
    const auto file = dir / "data" / "paperround.db";
    std::ofstream(dir / "data" / "running").close();
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(4096);
    out << std::string(std::filesystem::file_size(file) - 4096, '\x5a');
    out.close();
    const auto started = command({"run"});
    CHECK(started.status == 65);
    CHECK(started.errors.find("is damaged, and nothing is sent") != std::string::npos);
}

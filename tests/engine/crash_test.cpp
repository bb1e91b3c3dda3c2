// `kill -9` in the middle of 2 000 deliveries: nobody is lost, and only messages whose final dot was out may come twice.
#include <csignal>
#include <set>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

// Counts by Message-ID and recipient in the sink's log, which has a JSON line for every message.
std::size_t distinct(const std::string& log, const std::string& key) {
    std::set<std::string> found;
    for (std::size_t at = log.find(key); at != std::string::npos; at = log.find(key, at + 1)) {
        const auto end = log.find_first_of("\\\"\r\n", at + key.size());
        found.insert(log.substr(at, end - at));
    }
    return found.size();
}

}  // namespace

TEST_CASE_METHOD(
    DaemonFixture,
    "after a kill -9 every recipient has the mail, and the extra copies are at most one for each connection") {
    constexpr int readers = 2000;
    constexpr std::size_t connections = 4;
    const ScriptedSmtp sink("{}");
    configure({.relay_port = sink.port(), .retry = "{first: 1s}"});
    publish({"crash"});
    import_readers(readers);

    const auto messages = [&] { return sink.count("\"message\""); };
    {
        auto daemon = start();
        REQUIRE(eventually([&] { return messages() > readers / 4; }, 60s));
        daemon.signal(SIGKILL);
        REQUIRE(daemon.wait() == 128 + SIGKILL);
    }
    REQUIRE(messages() < readers);

    auto daemon = start();
    REQUIRE(eventually([&] { return command({"queue"}).output == "Nothing waits.\n"; }, 120s));
    daemon.signal(SIGTERM);
    REQUIRE(daemon.wait() == 0);

    const std::string log = sink.log();
    CHECK(distinct(log, "To: ") == readers);
    CHECK(distinct(log, "Message-ID: ") == readers);
    CHECK(messages() >= readers);
    CHECK(messages() - readers <= connections);
    // The log names each delivery that the kill left in doubt.
    const auto doubts = count_lines(command({"log", "--outcome", "in_doubt", "--json"}).output);
    CHECK(doubts >= messages() - readers);
    CHECK(doubts <= connections);
}

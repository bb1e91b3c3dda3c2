// Readers who leave in the middle of a mailing, by the links of an earlier mail: over a real listener, to a server that
// notes when transactions begin and end.
#include <csignal>
#include <nlohmann/json.hpp>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;

namespace {

struct LeavingFixture : DaemonFixture {
    // The server's account of it.
    nlohmann::json leave_during_a_mailing(int readers, int leaves, const std::string& seed) {
        const auto relay = free_port();
        configure({.relay_port = relay, .connections = 8});
        Process server({python, server_script("leaving_relay.py"), std::to_string(relay),
                        std::to_string(http_port), std::to_string(readers), std::to_string(leaves), seed});
        REQUIRE(eventually([&] { return server.output().find("ready") != std::string::npos; }));
        import_readers(readers);
        publish({"first"});
        const auto daemon = start();
        REQUIRE(eventually([&] { return server.output().find("first") != std::string::npos; }, 300s));
        publish({"second", "first"});
        REQUIRE(eventually(
            [&] {
                return command({"mailings", "show", "2", "--json"}).output.find("\"done\"") !=
                       std::string::npos;
            },
            600s));
        server.signal(SIGTERM);
        REQUIRE(server.wait() == 0);
        const std::string output = server.output();
        return nlohmann::json::parse(output.substr(output.find('{')));
    }
    void check(const nlohmann::json& account, int readers, int leaves) {
        CAPTURE(account.dump());
        CHECK(account["left"] == leaves);
        CHECK(account["answers"] == nlohmann::json::array({"200"}));
        CHECK(account["late_beginnings"].empty());
        CHECK(account["late_ends"].empty());
        CHECK(account["twice"].empty());
        // The departures fell into the mailing: some of these readers had the mail, and some never get it.
        const int unsent = account["left_unsent"];
        CHECK(unsent > 0);
        CHECK(unsent < leaves);
        CHECK(account["sent"] == readers - unsent);
    }
};

}  // namespace

TEST_CASE_METHOD(LeavingFixture,
                 "once a reader is told that he has left, no transaction for him begins or ends") {
    check(leave_during_a_mailing(150, 60, "1"), 150, 60);
}

// Minutes: by name only.
TEST_CASE_METHOD(LeavingFixture, "1 000 readers leave at random moments, and none is written to afterwards",
                 "[.][long]") {
    check(leave_during_a_mailing(3000, 1000, "2"), 3000, 1000);
}

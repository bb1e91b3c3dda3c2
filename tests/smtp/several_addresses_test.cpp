// A relay whose name has several addresses, some of which do not answer.
#include "support/several_addresses.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using smtp::RelayMemory;
using Steady = std::chrono::steady_clock;
using test::MuteAddress;
using test::MuteServer;
using test::ScriptedSmtp;
using test::SeveralAddresses;

namespace {

constexpr const char* alive = "127.0.0.1";  // where test servers listen
constexpr const char* dead = "127.0.0.2";

struct Opening {
    explicit Opening(const std::string& script = "{}") : server(script) {}
    Interrupt never;
    RelayMemory memory;
    ScriptedSmtp server;
    Steady::duration took{};
    Duration greeting = 60s;

    Result<smtp::Session, queue::Outcome> open() {
        auto relay = test::relay_on(server.port());
        relay.host = SeveralAddresses::name;
        relay.timeouts.connect = 3s;
        relay.timeouts.greeting = greeting;
        const auto begun = Steady::now();
        auto session = smtp::Session::open(relay, {}, "client.example.org", never, &memory);
        took = Steady::now() - begun;
        return session;
    }
    bool avoids(const std::string& address) const { return memory.avoids(address, Steady::now()); }
};

}  // namespace

// Takes two seconds: libcurl gives half of the connect time to an address that others follow, and checks once
// a second.
TEST_CASE_METHOD(Opening, "an address that does not answer is waited for once") {
    const MuteAddress mute(dead, server.port());
    const SeveralAddresses both({dead, alive});
    const auto first = open();
    CHECK((first ? "" : first.error().text) == "");
    CHECK(took > 500ms);
    CHECK(avoids(dead));
    CHECK_FALSE(avoids(alive));
    for (int i = 0; i < 3; ++i) {
        CHECK(open().has_value());
        CHECK(took < 500ms);
    }
}

TEST_CASE_METHOD(Opening, "an address that refuses the connection is remembered too") {
    const SeveralAddresses both({dead, alive});
    CHECK(open().has_value());
    CHECK(avoids(dead));
    CHECK(server.count("\"connected\"") == 1);
}

// The greeting's time-out, a second here and five minutes by default, passes once.
TEST_CASE_METHOD(Opening, "an address that takes the connection and never greets is remembered too") {
    const MuteServer mute(dead, server.port());
    const SeveralAddresses both({dead, alive});
    greeting = 1s;
    const auto first = open();
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().stage == queue::Stage::greeting);
    CHECK(avoids(dead));
    CHECK(open().has_value());
    CHECK_FALSE(avoids(alive));
}

TEST_CASE_METHOD(Opening,
                 "when all addresses are dead all are tried and the one that answers is good again") {
    const SeveralAddresses both({dead, alive});
    for (const char* address : {dead, alive}) memory.did_not_answer(address, Steady::now());
    CHECK(open().has_value());
    CHECK(avoids(dead));
    CHECK_FALSE(avoids(alive));
}

TEST_CASE_METHOD(Opening, "an address that was avoided is tried where the others do not answer") {
    const SeveralAddresses both({alive, dead});
    memory.did_not_answer(alive, Steady::now());
    CHECK(open().has_value());
    CHECK_FALSE(avoids(alive));
}

TEST_CASE_METHOD(Opening, "where no address answers the failure says so and each is remembered") {
    const SeveralAddresses both({dead, "127.0.0.3"});
    for (int i = 0; i < 2; ++i) {
        const auto session = open();
        REQUIRE_FALSE(session.has_value());
        CHECK(session.error().stage == queue::Stage::connect);
        CHECK(session.error().text.find("refused") != std::string::npos);
        CHECK(avoids(dead));
        CHECK(avoids("127.0.0.3"));
    }
}

TEST_CASE("a server that is reached and fails later is not avoided") {
    Opening refused(R"({"connect": {"reply": "554 no", "close": true}})");
    const SeveralAddresses one({alive});
    CHECK_FALSE(refused.open().has_value());
    CHECK_FALSE(refused.avoids(alive));
}

// A connection that stands and over which nothing is received: the server is slow, or waits for TLS.
#include <catch2/catch.hpp>
#include <chrono>

#include "smtp/handshake.hpp"
#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using config::Tls;
using smtp::RelayMemory;
using Steady = std::chrono::steady_clock;
using test::AiosmtpdServer;
using test::ScriptedSmtp;

namespace {

struct Silence {
    Silence() {
        memory.on_silence([this] { ++told; });
    }
    Result<smtp::Session, queue::Outcome> open(std::uint16_t port, Duration greeting, Tls tls) {
        auto relay = test::relay_on(port);
        relay.timeouts.greeting = greeting;
        relay.tls = tls;
        return smtp::Session::open(relay, {}, "client.example.org", never, &memory);
    }
    Interrupt never;
    RelayMemory memory;
    int told = 0;
};

}  // namespace

// Takes two seconds: silence is noticed after half of the greeting's time-out, and libcurl checks once a
// second.
TEST_CASE_METHOD(Silence,
                 "plain smtp at a port where TLS comes first fails long before the greeting's time is over") {
    const test::TestAuthority authority;
    const AiosmtpdServer server({.tls = AiosmtpdServer::Tls::implicit, .authority = &authority});
    const auto begun = Steady::now();
    const auto session = open(server.port(), 3s, Tls::opportunistic);
    REQUIRE_FALSE(session.has_value());
    CHECK(Steady::now() - begun < 2900ms);
    CHECK(session.error().kind == queue::OutcomeKind::relay_trouble);
    CHECK(session.error().stage == queue::Stage::greeting);
    CHECK(session.error().text == "the server says nothing, since TLS comes first on port " +
                                      std::to_string(server.port()) + ": begin the url with smtps://");
    CHECK(told == 1);
}

// Takes three seconds, mostly the server's.
TEST_CASE_METHOD(Silence, "a server that greets late is waited for and asked once whether TLS comes first") {
    const ScriptedSmtp server(R"({"connect": {"reply": "220 at last", "after_ms": 2500}})");
    CHECK(open(server.port(), 4s, Tls::opportunistic).has_value());
    CHECK(server.count("\"connected\"") == 2);
    CHECK(told == 1);
}

// Takes a second: the greeting's time-out.
TEST_CASE_METHOD(Silence,
                 "who says that there is no TLS is not asked for it and reads what silence may mean") {
    const ScriptedSmtp server(R"({"connect": {"stall": true}})");
    const auto session = open(server.port(), 1s, Tls::never);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().text.find("no greeting within 1s") == 0);
    CHECK(session.error().text.find("if TLS comes first on this port, begin the url with smtps://") !=
          std::string::npos);
    CHECK(server.count("\"connected\"") == 1);
}

TEST_CASE("silence is told once until a connection is greeted") {
    RelayMemory memory;
    int told = 0;
    memory.on_silence([&] { ++told; });
    memory.silent();
    memory.silent();
    CHECK(told == 1);
    memory.greeted();
    memory.silent();
    CHECK(told == 2);
}

TEST_CASE("a port is asked for TLS once an hour and what was found holds until it greets") {
    RelayMemory memory;
    const RelayMemory::Moment now{100h};
    CHECK(memory.may_ask_for_tls(now));
    CHECK_FALSE(memory.may_ask_for_tls(now + 1h - 1ms));
    CHECK(memory.may_ask_for_tls(now + 1h));
    memory.found_tls();
    CHECK(memory.tls_comes_first());
    memory.greeted();
    CHECK_FALSE(memory.tls_comes_first());
}

// The script sends as fast as it is read, so only the octets count: the greeting's time-out is far away.
TEST_CASE_METHOD(Silence, "a greeting that does not end is given up") {
    std::string lines;
    while (lines.size() <= smtp::Handshake::reply_limit) lines += "220-" + std::string(70, 'x') + "\\n";
    const ScriptedSmtp server(R"({"connect": ")" + lines + R"("})");
    const auto session = open(server.port(), 10s, Tls::never);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().stage == queue::Stage::greeting);
    CHECK(session.error().text.find("reply does not end") != std::string::npos);
}

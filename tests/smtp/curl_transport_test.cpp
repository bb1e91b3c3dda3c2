// How a session that could not be opened is reported if the reason lies on this side.
#include <catch2/catch.hpp>

#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"

using namespace paperround;
using test::ScriptedSmtp;

namespace {

queue::Outcome failure_of(const config::Relay& relay) {
    const Interrupt never;
    auto session = smtp::Session::open(relay, {}, "client.example.org", never);
    REQUIRE_FALSE(session.has_value());
    return session.error();
}

}  // namespace

TEST_CASE("a ca_file that is gone says nothing about the relay, and is named") {
    const ScriptedSmtp server(R"({"EHLO": "250-scripted\n250 STARTTLS"})");
    auto relay = test::relay_on(server.port());
    relay.tls = config::Tls::required;
    relay.ca_file = "/nowhere/ca.pem";
    const auto outcome = failure_of(relay);
    CHECK(outcome.text.find("/nowhere/ca.pem") != std::string::npos);
    CHECK(outcome.enhanced == "4.3.0");
}

TEST_CASE("a connection that is refused may be about how many the relay takes") {
    const auto outcome = failure_of(test::relay_on(test::free_port()));
    CHECK(outcome.text.find("connection refused") != std::string::npos);
    CHECK(outcome.enhanced.empty());
}

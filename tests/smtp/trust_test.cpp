// Which servers a session trusts with mail and password, and its error if it trusts none: over libcurl, with
// servers on loopback.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using queue::Stage;
using smtp::Session;
using test::ScriptedSmtp;

namespace {

// This machine under a name that does not look like loopback: for the settings a relay elsewhere.
const std::string elsewhere = "0.0.0.0";
const std::string with_starttls = R"({"EHLO": "250-a\n250-STARTTLS\n250 AUTH PLAIN LOGIN"})";

Result<Session, queue::Outcome> open(const config::Relay& relay) {
    static const Interrupt never;
    return Session::open(relay, {.password = "s3cret!"}, "client.example.org", never);
}
queue::Outcome failure_of(const config::Relay& relay) {
    auto session = open(relay);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().kind == OutcomeKind::relay_trouble);
    CHECK_FALSE(session.error().text.empty());
    return session.error();
}
config::Relay with_login(std::uint16_t port, const std::string& host) {
    auto relay = test::relay_on(port);
    relay.tls = config::Tls::opportunistic;
    relay.host = host;
    relay.username = "news";
    return relay;
}

}  // namespace

TEST_CASE("a login is not sent to a stranger over opportunistic TLS") {
    const test::TestAuthority authority;
    ScriptedSmtp server(with_starttls, &authority);
    const auto outcome = failure_of(with_login(server.port(), elsewhere));
    CHECK(outcome.stage == Stage::tls);
    CHECK(outcome.text.starts_with("certificate of an unknown authority: "));
    CHECK(server.count("AUTH ") == 0);
}

TEST_CASE("a login is not sent in plain text where opportunistic TLS finds none") {
    ScriptedSmtp server(R"({"EHLO": "250-a\n250 AUTH PLAIN LOGIN"})");
    const auto outcome = failure_of(with_login(server.port(), elsewhere));
    CHECK(outcome.stage == Stage::tls);
    CHECK(outcome.text == "the relay offers no STARTTLS, and TLS is required");
    CHECK(server.count("AUTH ") == 0);
}

TEST_CASE("on loopback a login may go in plain text or over TLS with any certificate") {
    const test::TestAuthority authority;
    ScriptedSmtp plain(R"({"EHLO": "250-a\n250 AUTH PLAIN LOGIN"})");
    ScriptedSmtp encrypted(with_starttls, &authority);
    CHECK(open(with_login(plain.port(), "127.0.0.1")).has_value());
    CHECK(plain.count("AUTH PLAIN ") == 1);
    auto session = open(with_login(encrypted.port(), "127.0.0.1"));
    REQUIRE(session.has_value());
    CHECK(session->tls() == "TLSv1.3");
}

TEST_CASE("a login on loopback is not sent through a proxy in plain text") {
    auto relay = with_login(25, "127.0.0.1");
    relay.tls = config::Tls::never;
    relay.proxy = "http://127.0.0.1:1";
    const auto outcome = failure_of(relay);
    CHECK(outcome.stage == Stage::auth);
    CHECK(outcome.text.find("plain text") != std::string::npos);
}

TEST_CASE("a ca_file is verified against in every mode that has TLS") {
    const test::TestAuthority authority;
    const test::TestAuthority other;
    ScriptedSmtp server(with_starttls, &authority);
    auto relay = test::relay_on(server.port());
    relay.tls = config::Tls::opportunistic;
    relay.ca_file = authority.ca();
    CHECK(open(relay).has_value());
    relay.ca_file = other.ca();
    CHECK(failure_of(relay).stage == Stage::tls);
}

// Replaces the system's folder of certificates in a child's own mount namespace: that needs root.
TEST_CASE("with a ca_file the system's authorities vouch for nobody") {
    const test::TestAuthority trusted_by_system;
    const test::TestAuthority named;
    ScriptedSmtp server(with_starttls, &trusted_by_system);
    auto relay = test::relay_on(server.port());
    relay.tls = config::Tls::required;
    const test::TempDir system;
    // With another name than the authority: OpenSSL takes the first certificate of a name.
    system.write("ca-certificates.crt", test::slurp(named.certificate()));
    const auto hash =
        test::run({"openssl", "x509", "-hash", "-noout", "-in", trusted_by_system.ca().string()});
    REQUIRE(hash.status == 0);
    std::filesystem::copy_file(trusted_by_system.ca(), system / (hash.output.substr(0, 8) + ".0"));

    const pid_t child = ::fork();
    if (child == 0) {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount(system.path().c_str(), "/etc/ssl/certs", nullptr, MS_BIND, nullptr) != 0) {
            ::_exit(100);
        }
        const bool by_system = open(relay).has_value();
        relay.ca_file = named.certificate();
        ::_exit((by_system ? 1 : 0) + (open(relay).has_value() ? 2 : 0));
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 1);  // trusted without a ca_file, and not with it
}

TEST_CASE("a certificate for another name says so") {
    const test::TestAuthority authority;
    ScriptedSmtp server(with_starttls, &authority);
    auto relay = with_login(server.port(), elsewhere);
    relay.ca_file = authority.ca();
    const auto outcome = failure_of(relay);
    CHECK(outcome.stage == Stage::tls);
    CAPTURE(outcome.text);
    CHECK(outcome.text.starts_with("certificate bears another name than 0.0.0.0: "));
}

TEST_CASE("a connection refused and a process without descriptors each say so") {
    auto relay = test::relay_on(test::free_port());
    CHECK(failure_of(relay).text.starts_with("127.0.0.1 port " + std::to_string(relay.port) +
                                             ": connection refused"));
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    static_cast<void>(open(relay));  // opens what is opened only once
    const int next = ::dup(0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto session = open(relay);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().stage == Stage::connect);
    CHECK(session.error().text.find("no file descriptors left in this process") != std::string::npos);
}

TEST_CASE("a host that is not found is named") {
    auto relay = test::relay_on(25);
    relay.host = "mx.invalid";
    CHECK(failure_of(relay).text == "host mx.invalid not found, or no name server answers");
}

TEST_CASE("a relay that hangs up instead of greeting says so") {
    ScriptedSmtp server(R"({"connect": {"close": true}})");
    const auto outcome = failure_of(test::relay_on(server.port()));
    CHECK(outcome.stage == Stage::greeting);
    CHECK(outcome.text == "the server hung up before it greeted");
}

TEST_CASE("another protocol's greeting is named at once") {
    ScriptedSmtp server(R"({"connect": "SSH-2.0-OpenSSH_9.2p1"})");
    auto relay = test::relay_on(server.port());
    relay.timeouts.greeting = 1h;
    const auto outcome = failure_of(relay);
    CHECK(outcome.stage == Stage::greeting);
    CHECK(outcome.text == "the server's greeting is not SMTP: SSH-2.0-OpenSSH_9.2p1");
}

TEST_CASE("a greeting that comes later than a connection may take is waited for") {
    ScriptedSmtp server(R"({"connect": {"reply": "220 late", "after_ms": 700}})");
    auto relay = test::relay_on(server.port());
    relay.timeouts.connect = 300ms;
    CHECK(open(relay).has_value());
}

TEST_CASE("TLS from the first octet belongs to connecting") {
    ScriptedSmtp server(R"({"connect": {"stall": true}})");
    auto relay = test::relay_on(server.port());
    relay.implicit_tls = true;
    relay.tls = config::Tls::required;
    relay.timeouts.connect = 300ms;
    relay.timeouts.greeting = 1h;
    const auto outcome = failure_of(relay);
    CHECK(outcome.stage == Stage::tls);
    CHECK(outcome.text.starts_with("TLS not begun within 300ms"));
}

TEST_CASE("a relay on which PLAIN fails is logged in to with LOGIN") {
    ScriptedSmtp server(R"({"EHLO": "250-a\n250-AUTH=PLAIN LOGIN\n250 auth plain login",
                            "AUTH": ["535 5.7.3 Authentication unsuccessful", "235 2.7.0 ok"]})");
    CHECK(open(with_login(server.port(), "127.0.0.1")).has_value());
    CHECK(server.count("\"command\": \"AUTH") == 2);
    CHECK(server.count("\"command\": \"AUTH LOGIN\"") == 1);
}

// Sessions over libcurl with real servers: opening, TLS, AUTH, and silence and hang-ups at every stage.
#include <catch2/catch.hpp>

#include <thread>

#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"
#include "support/wait.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using queue::Stage;
using smtp::Session;
using test::AiosmtpdServer;
using test::relay_on;
using test::ScriptedSmtp;

namespace {

const smtp::Envelope envelope{"bounce@example.org", "ann@example.net"};
const std::string message = "Subject: x\r\n\r\nhello\r\n.a line that begins with a dot\r\n";
// Larger than what a socket accepts in one write.
std::string large_message() {
    std::string text;
    while (text.size() < 20'000'000) text += std::string(76, 'x') + "\r\n";
    return text;
}
bool wanted() {
    return true;
}

struct Opening {
    Interrupt interrupt;
    Result<Session, queue::Outcome> open(const config::Relay& relay, std::string_view password = "") {
        return Session::open(relay, {.password = std::string(password)}, "client.example.org", interrupt);
    }
    queue::Outcome failure_of(const config::Relay& relay, std::string_view password = "") {
        auto session = open(relay, password);
        REQUIRE_FALSE(session.has_value());
        return session.error();
    }
};

// Sends one message to a scripted server, with time-outs of 300 ms.
queue::Outcome send_to(const ScriptedSmtp& server, const std::string& text = message) {
    Opening opening;
    auto relay = relay_on(server.port());
    relay.timeouts = {.connect = 5s,
                      .greeting = 5s,
                      .mail = 300ms,
                      .rcpt = 300ms,
                      .data = 300ms,
                      .block = 300ms,
                      .final_dot = 300ms};
    auto session = opening.open(relay);
    REQUIRE(session.has_value());
    return session->send(envelope, text, wanted);
}

}  // namespace

TEST_CASE("500 messages travel over one session to smtp-sink") {
    test::SmtpSink sink;
    Opening opening;
    auto session = opening.open(relay_on(sink.port()));
    REQUIRE(session.has_value());
    CHECK(session->capabilities().pipelining);
    for (int i = 0; i < 500; ++i) {
        REQUIRE(session->usable());
        REQUIRE(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
    }
    CHECK(session->sent() == 500);
    session->quit();
    CHECK_FALSE(session->usable());
}

TEST_CASE("messages travel without PIPELINING too") {
    test::SmtpSink sink({"-p"});
    Opening opening;
    auto session = opening.open(relay_on(sink.port()));
    REQUIRE(session.has_value());
    CHECK_FALSE(session->capabilities().pipelining);
    for (int i = 0; i < 20; ++i)
        REQUIRE(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
}

TEST_CASE("what arrives is what was sent, dots and all") {
    AiosmtpdServer server({});
    Opening opening;
    auto session = opening.open(relay_on(server.port()));
    REQUIRE(session.has_value());
    CHECK(session->tls().empty());
    CHECK(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
    REQUIRE(server.messages().size() == 1);
    CHECK(server.messages()[0].ends_with("\n\nhello\n.a line that begins with a dot\n"));
}

TEST_CASE("STARTTLS and AUTH: certificate verified, login over TLS, the version on record") {
    const test::TestAuthority authority;
    AiosmtpdServer server({.tls = AiosmtpdServer::Tls::starttls,
                           .authority = &authority,
                           .user = "news",
                           .password = "s3cret!"});
    Opening opening;
    auto relay = relay_on(server.port());
    relay.tls = config::Tls::required;
    relay.ca_file = authority.ca();
    relay.username = "news";
    auto session = opening.open(relay, "s3cret!");
    REQUIRE(session.has_value());
    CHECK(session->tls() == "TLSv1.3");
    const auto outcome = session->send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::accepted);
    CHECK(outcome.tls == "TLSv1.3");
    CHECK(session->usable());
    CHECK(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(server.log().find("\"auth\", \"tls\": true, \"ok\": true") != std::string::npos);
}

TEST_CASE("TLS from the first octet, with AUTH") {
    const test::TestAuthority authority;
    AiosmtpdServer server({.tls = AiosmtpdServer::Tls::implicit,
                           .authority = &authority,
                           .user = "news",
                           .password = "s3cret!"});
    Opening opening;
    auto relay = relay_on(server.port());
    relay.implicit_tls = true;
    relay.tls = config::Tls::required;
    relay.ca_file = authority.ca();
    relay.username = "news";
    auto session = opening.open(relay, "s3cret!");
    REQUIRE(session.has_value());
    CHECK(session->tls() == "TLSv1.3");
    CHECK(session->send(envelope, std::string(20'000, 'x').replace(900, 2, "\r\n").substr(0, 1800), wanted)
              .kind == OutcomeKind::accepted);
}

TEST_CASE("a certificate of another authority is refused before the login") {
    const test::TestAuthority authority;
    const test::TestAuthority other;
    AiosmtpdServer server({.tls = AiosmtpdServer::Tls::starttls,
                           .authority = &authority,
                           .user = "news",
                           .password = "s3cret!"});
    Opening opening;
    auto relay = relay_on(server.port());
    relay.tls = config::Tls::required;
    relay.ca_file = other.ca();
    relay.username = "news";
    const auto outcome = opening.failure_of(relay, "s3cret!");
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::tls);
    CHECK(outcome.text.find("certificate") != std::string::npos);
    CHECK(server.log().find("\"auth\"") == std::string::npos);
}

TEST_CASE("a certificate that does not bear the relay's name is refused") {
    const test::TestAuthority authority;
    AiosmtpdServer server({.tls = AiosmtpdServer::Tls::implicit, .authority = &authority});
    Opening opening;
    auto relay = relay_on(server.port());
    relay.implicit_tls = true;
    relay.tls = config::Tls::required;
    relay.ca_file = authority.ca();
    relay.host = "localhost";
    CHECK(opening.open(relay).has_value());
    relay.host = "other.localhost";  // resolves to loopback, and is not in the certificate
    const auto outcome = opening.failure_of(relay);
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::tls);
}

TEST_CASE("wrong credentials are relay trouble at the stage auth, without the password in its words") {
    const test::TestAuthority authority;
    AiosmtpdServer server({.tls = AiosmtpdServer::Tls::starttls,
                           .authority = &authority,
                           .user = "news",
                           .password = "s3cret!"});
    Opening opening;
    auto relay = relay_on(server.port());
    relay.tls = config::Tls::required;
    relay.ca_file = authority.ca();
    relay.username = "news";
    const auto outcome = opening.failure_of(relay, "guessed-wrong");
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::auth);
    CHECK(outcome.code == 535);
    CHECK(outcome.enhanced == "5.7.8");
    CHECK(outcome.text.find("guessed-wrong") == std::string::npos);
}

TEST_CASE("a relay that offers no AUTH fails at the stage auth when a login is configured") {
    AiosmtpdServer server({});
    Opening opening;
    auto relay = relay_on(server.port());
    relay.username = "news";
    const auto outcome = opening.failure_of(relay, "s3cret!");
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::auth);
}

TEST_CASE("a session goes through the relay's proxy, and through none that only the environment names") {
    ScriptedSmtp server("{}");
    Opening opening;
    auto relay = relay_on(server.port());
    relay.proxy = "http://127.0.0.1:1";  // no server listens there
    const auto outcome = opening.failure_of(relay);
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(server.count("EHLO") == 0);

    ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    relay.proxy.clear();
    const auto session = opening.open(relay);
    ::unsetenv("ALL_PROXY");
    CHECK(session.has_value());
}

TEST_CASE("credentials never go over plain text to another host") {
    Opening opening;
    auto relay = relay_on(25);
    relay.host = "relay.invalid";
    relay.username = "news";
    const auto outcome = opening.failure_of(relay, "s3cret!");
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::auth);
    CHECK(outcome.text.find("plain text") != std::string::npos);
}

TEST_CASE("required TLS fails where the relay offers none") {
    ScriptedSmtp server("{}");
    Opening opening;
    auto relay = relay_on(server.port());
    relay.tls = config::Tls::required;
    const auto outcome = opening.failure_of(relay);
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::tls);
}

TEST_CASE("opportunistic TLS takes what there is") {
    const test::TestAuthority authority;
    ScriptedSmtp plain("{}");
    ScriptedSmtp offering(
        R"({"EHLO": ["250-a\n250-STARTTLS\n250-PIPELINING\n250 SIZE 7", "250-a\n250 8BITMIME"]})",
        &authority);
    Opening opening;
    auto relay = relay_on(plain.port());
    relay.tls = config::Tls::opportunistic;
    auto first = opening.open(relay);
    REQUIRE(first.has_value());
    CHECK(first->tls().empty());
    relay.port = offering.port();
    auto second = opening.open(relay);
    REQUIRE(second.has_value());
    CHECK(second->tls() == "TLSv1.3");
    // Only the offer after STARTTLS counts.
    CHECK_FALSE(second->capabilities().pipelining);
    CHECK(second->capabilities().eight_bit_mime);
}

TEST_CASE("the EHLO name is the relay's own or the default") {
    ScriptedSmtp server("{}");
    Opening opening;
    auto relay = relay_on(server.port());
    REQUIRE(opening.open(relay).has_value());
    relay.ehlo = "[192.0.2.1]";
    REQUIRE(opening.open(relay).has_value());
    CHECK(server.count("EHLO client.example.org") == 1);
    CHECK(server.count("EHLO [192.0.2.1]") == 1);
}

TEST_CASE("nobody listening is relay trouble at the stage connect") {
    Opening opening;
    const auto outcome = opening.failure_of(relay_on(test::free_port()));
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::connect);
    CHECK_FALSE(outcome.text.empty());
}

TEST_CASE("a greeting that refuses is relay trouble with the server's words") {
    for (const std::string greeting : {"421 4.3.2 Too busy", "554 5.7.1 Go away"}) {
        ScriptedSmtp server(R"({"connect": {"reply": ")" + greeting + R"(", "close": true}})");
        Opening opening;
        const auto outcome = opening.failure_of(relay_on(server.port()));
        CHECK(outcome.kind == OutcomeKind::relay_trouble);
        CHECK(outcome.stage == Stage::greeting);
        CHECK(std::to_string(outcome.code) + " " + outcome.enhanced + " " + outcome.text == greeting);
    }
}

TEST_CASE("a silent or dripping greeting ends with its own time-out") {
    for (const std::string script :
         {R"({"connect": {"stall": true}})",
          R"({"connect": {"reply": "220 a host whose greeting takes its time", "drip_ms": 1000}})"}) {
        ScriptedSmtp server(script);
        Opening opening;
        auto relay = relay_on(server.port());
        relay.timeouts.connect = 1h;
        relay.timeouts.greeting = 400ms;
        const auto begun = std::chrono::steady_clock::now();
        const auto outcome = opening.failure_of(relay);
        CHECK(outcome.kind == OutcomeKind::relay_trouble);
        CHECK(outcome.stage == Stage::greeting);
        CHECK(std::chrono::steady_clock::now() - begun < 20s);
    }
}

TEST_CASE("a refused EHLO and HELO is relay trouble at the stage ehlo") {
    ScriptedSmtp server(R"({"EHLO": {"reply": "421 4.7.0 not you", "close": true}})");
    Opening opening;
    const auto outcome = opening.failure_of(relay_on(server.port()));
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::ehlo);
    CHECK(outcome.code == 421);
}

TEST_CASE("a stall or hang-up before the dot is relay trouble at its stage") {
    for (const auto& [step, stage] : std::vector<std::pair<std::string, Stage>>{
             {"MAIL", Stage::mail}, {"RCPT", Stage::rcpt}, {"DATA", Stage::data}}) {
        for (const std::string action : {R"({"stall": true})", R"({"close": true})"}) {
            CAPTURE(step, action);
            ScriptedSmtp server("{\"" + step + "\": " + action + "}");
            const auto outcome = send_to(server);
            CHECK(outcome.kind == OutcomeKind::relay_trouble);
            CHECK(outcome.stage == stage);
        }
    }
}

TEST_CASE("a server that drips its reply cannot extend the deadline") {
    ScriptedSmtp server(R"({"MAIL": {"reply": "250 2.1.0 Sender ok, take your time", "drip_ms": 1000}})");
    const auto begun = std::chrono::steady_clock::now();
    const auto outcome = send_to(server);
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::mail);
    CHECK(std::chrono::steady_clock::now() - begun < 20s);
}

TEST_CASE("a stall or hang-up in the middle of a large message is relay trouble, not doubt") {
    for (const std::string script : {R"({"EHLO": "250-a\n250 PIPELINING", "body": {"stall": true}})",
                                     R"({"EHLO": "250-a\n250 PIPELINING", "body": {"close": true}})"}) {
        CAPTURE(script);
        ScriptedSmtp server(script);
        const auto outcome = send_to(server, large_message());
        CHECK(outcome.kind == OutcomeKind::relay_trouble);
        CHECK(outcome.stage == Stage::body);
    }
}

TEST_CASE("a stall or hang-up after the dot is doubt") {
    for (const std::string script : {R"({"dot": {"stall": true}})", R"({"dot": {"close": true}})",
                                     R"({"dot": {"reply": "250 late", "after_ms": 2000}})",
                                     R"({"dot": {"reply": "250 dripping away", "drip_ms": 100}})"}) {
        CAPTURE(script);
        ScriptedSmtp server(script);
        const auto outcome = send_to(server);
        CHECK(outcome.kind == OutcomeKind::in_doubt);
        CHECK(outcome.stage == Stage::final_dot);
    }
}

TEST_CASE("451, then 250: the session stays and resets") {
    ScriptedSmtp server(R"({"RCPT": ["451 4.3.0 try again in 10 minutes", "250 ok"],
                            "DATA": ["503 5.5.1 no recipients", "354 go"]})");
    Opening opening;
    auto session = opening.open(relay_on(server.port()));
    REQUIRE(session.has_value());
    const auto first = session->send(envelope, message, wanted);
    CHECK(first.kind == OutcomeKind::deferred);
    CHECK(first.retry_after == Duration(10min));
    REQUIRE(session->usable());
    CHECK(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(server.count("\"command\": \"RSET\"") == 1);
    CHECK(server.count("\"connected\"") == 1);
}

TEST_CASE("a server that refuses MAIL and yet answers 354 gets an empty message and no content") {
    ScriptedSmtp server(R"({"MAIL": ["550 5.7.1 no", "250 ok"], "RCPT": ["503 5.5.1 no", "250 ok"]})");
    Opening opening;
    auto session = opening.open(relay_on(server.port()));
    REQUIRE(session.has_value());
    CHECK(session->send(envelope, message, wanted).kind == OutcomeKind::rejected_sender);
    REQUIRE(session->usable());
    CHECK(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(server.count("\"lone dot\"") == 1);
    CHECK(server.count("hello") == 1);
}

TEST_CASE("a server that hangs up between transactions is noticed before the next MAIL") {
    ScriptedSmtp server(R"({"dot": {"reply": "250 queued\n421 4.4.2 idle", "close": true}})");
    Opening opening;
    auto session = opening.open(relay_on(server.port()));
    REQUIRE(session.has_value());
    CHECK(session->send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(test::eventually([&] { return !session->usable(); }));
}

TEST_CASE("who left before the dot gets no message") {
    ScriptedSmtp server("{}");
    Opening opening;
    auto session = opening.open(relay_on(server.port()));
    REQUIRE(session.has_value());
    int asked = 0;
    CHECK(session->send(envelope, message, [&] { return ++asked == 1; }).kind == OutcomeKind::withdrawn);
    CHECK(test::eventually([&] { return server.count("\"closed\"") == 1; }));
    CHECK(server.count("\"message\"") == 0);
}

TEST_CASE("an interrupt ends a wait at once: withdrawn before the dot, doubt after it") {
    for (const auto& [script, kind] : std::vector<std::pair<std::string, OutcomeKind>>{
             {R"({"RCPT": {"stall": true}})", OutcomeKind::withdrawn},
             {R"({"dot": {"stall": true}})", OutcomeKind::in_doubt}}) {
        CAPTURE(script);
        ScriptedSmtp server(script);
        Opening opening;
        auto session = opening.open(relay_on(server.port()));
        REQUIRE(session.has_value());
        std::jthread stopper([&] {
            const bool stalled = test::eventually([&] { return server.count("\"stalled\"") == 1; });
            if (stalled) opening.interrupt.trigger();
        });
        const auto begun = std::chrono::steady_clock::now();
        CHECK(session->send(envelope, message, wanted).kind == kind);
        CHECK(std::chrono::steady_clock::now() - begun < 9s);
    }
}

TEST_CASE("an interrupt ends the opening of a session") {
    ScriptedSmtp server(R"({"connect": {"stall": true}})");
    Opening opening;
    opening.interrupt.trigger();
    const auto outcome = opening.failure_of(relay_on(server.port()));
    CHECK(outcome.kind == OutcomeKind::withdrawn);
    CHECK(outcome.took < 9s);
}

TEST_CASE("quit sends QUIT") {
    ScriptedSmtp server("{}");
    Opening opening;
    auto session = opening.open(relay_on(server.port()));
    REQUIRE(session.has_value());
    session->quit();
    CHECK(test::eventually([&] { return server.count("\"command\": \"QUIT\"") == 1; }));
}

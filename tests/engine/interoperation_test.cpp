// A thousand messages to each of several mail servers, with and without TLS. A proxy counts how often the
// daemon waited for the server: with PIPELINING about twice per message (the envelope, the dot), or once with
// `pipelining: across` (the next envelope is written with the dot); without PIPELINING four times (MAIL,
// RCPT, DATA, the dot).
#include <set>

#include "integration/daemon_fixture.hpp"
#include "support/mail_server.hpp"

using namespace paperround::test;

namespace {

constexpr int messages = 1000;

struct Interoperation : DaemonFixture {
    void deliver_through(const TurnProxy& proxy, bool tls, const std::string& scheme = "smtp",
                         const std::string& pipelining = "within") {
        configure({.relay_port = proxy.port(),
                   .relay_scheme = scheme,
                   .relay_host = "localhost",
                   .tls = tls ? "required" : "never",
                   .relay_extra = ", pipelining: " + pipelining +
                                  (tls ? fmt::format(", ca_file: \"{}\"", authority.ca().string()) : "")});
        publish({"interoperation"});
        import_readers(messages);
        const auto sent = command({"run", "--once"});
        CAPTURE(sent.errors);
        CHECK(sent.status == 0);
        CHECK(sent.output == "1 000 sent, 0 failed, 0 waiting\n");
        CHECK(count_lines(command({"log", "--json"}).output) == messages);  // one attempt each
        const auto log = command({"log", "--json", "--outcome", "accepted"}).output;
        CHECK(count_of("\"tls\":\"TLSv1.3\"", log) == (tls ? messages : 0));
    }
    // Besides those of messages, each connection has turns for EHLO, STARTTLS, the handshake and QUIT.
    static double turns_per_message(const TurnProxy& proxy) {
        REQUIRE(eventually([&] { return proxy.connections() >= 4; }));
        return static_cast<double>(proxy.turns()) / messages;
    }
    // For a server with PIPELINING: `across` without TLS, and `within` with TLS.
    void deliver_pipelined(const TurnProxy& proxy, bool tls) {
        deliver_through(proxy, tls, "smtp", tls ? "within" : "across");
        CHECK(turns_per_message(proxy) < (tls ? 2.5 : 1.5));
        CHECK(turns_per_message(proxy) >= (tls ? 2.0 : 1.0));
    }
    // As a user runs it: the relay's connections and pipelining are the defaults.
    void deliver_to_each_once(const MailServer& server, unsigned connections) {
        configure({.relay_port = server.port(), .connections = connections});
        publish({"interoperation"});
        import_readers(messages);
        const auto sent = command({"run", "--once"});
        CAPTURE(sent.errors, server.log());
        CHECK(sent.status == 0);
        CHECK(sent.output == "1 000 sent, 0 failed, 0 waiting\n");
        const auto arrived = server.recipients();
        CHECK(arrived.size() == messages);
        CHECK(std::set(arrived.begin(), arrived.end()).size() == messages);
    }
    TestAuthority authority;
};

}  // namespace

TEST_CASE_METHOD(Interoperation, "1 000 messages to Postfix, pipelined") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    const MailServer server(MailServer::Product::postfix, {.authority = tls ? &authority : nullptr});
    const TurnProxy proxy(server.port());
    deliver_pipelined(proxy, tls);
    CHECK(server.taken() == messages);
}

TEST_CASE_METHOD(Interoperation, "1 000 messages to Exim, pipelined by its own account too") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    const MailServer server(MailServer::Product::exim, {.authority = tls ? &authority : nullptr});
    const TurnProxy proxy(server.port());
    deliver_pipelined(proxy, tls);
    CHECK(server.taken() == messages);
    CHECK(count_of(tls ? " P=esmtps L. " : " P=esmtp L. ", server.log()) == messages);
}

// It accepts 100 messages in a session and says 452 to the next one. Debian 12's package cannot do TLS on the
// server's side (its process that keeps the key cannot sign with OpenSSL 3), so the proxy in front of it
// speaks TLS.
TEST_CASE_METHOD(Interoperation,
                 "1 000 messages to OpenSMTPD, which offers no pipelining, and 100 to a session") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    const MailServer server(MailServer::Product::opensmtpd);
    const TurnProxy proxy(server.port(), tls ? &authority : nullptr);
    deliver_through(proxy, tls, tls ? "smtps" : "smtp");
    CHECK(server.taken() == messages);
    CHECK(turns_per_message(proxy) >= 4.0);
    CHECK(proxy.connections() >= messages / 100);
}

TEST_CASE_METHOD(Interoperation, "1 000 messages to aiosmtpd, which offers no pipelining") {
    const bool tls = GENERATE(false, true);
    CAPTURE(tls);
    const AiosmtpdServer server(
        {.tls = tls ? AiosmtpdServer::Tls::starttls : AiosmtpdServer::Tls::none, .authority = &authority});
    const TurnProxy proxy(server.port());
    deliver_through(proxy, tls);
    CHECK(server.messages().size() == messages);
    CHECK(turns_per_message(proxy) >= 4.0);
}

// nginx asks for the server behind it at the first recipient, and then passes everything on.
TEST_CASE_METHOD(Interoperation, "1 000 messages through nginx's mail proxy") {
    const MailServer behind(MailServer::Product::postfix);
    const MailServer server(MailServer::Product::nginx, {.behind = behind.port()});
    const TurnProxy proxy(server.port());
    deliver_through(proxy, false);
    CHECK(behind.taken() == messages);
}

// One of the two servers is dead, so every other connection is accepted and ended before a greeting.
TEST_CASE_METHOD(Interoperation, "1 000 messages through HAProxy before two servers of which one is dead") {
    const MailServer behind(MailServer::Product::postfix);
    const MailServer server(MailServer::Product::haproxy, {.behind = behind.port()});
    configure({.relay_port = server.port()});
    publish({"interoperation"});
    import_readers(messages);
    // If the very first connection is one of those, the relay is not known to work yet: its message waits for
    // the next try, 5 s later.
    CHECK(eventually([&] { return command({"run", "--once"}).status == 0; }, std::chrono::seconds(60)));
    CHECK(behind.taken() == messages);
}

// Its process dies of an envelope behind the final dot, after it has passed the message on.
TEST_CASE_METHOD(Interoperation, "1 000 messages through Dovecot's submission service") {
    const MailServer behind(MailServer::Product::postfix);
    const MailServer server(MailServer::Product::dovecot, {.behind = behind.port()});
    const auto password = dir.write("password", "p");
    std::filesystem::permissions(password, std::filesystem::perms::owner_read);
    configure({.relay_port = server.port(),
               .relay_extra = fmt::format(", username: u, password_file: \"{}\"", password.string())});
    publish({"interoperation"});
    import_readers(messages);
    const auto sent = command({"run", "--once"});
    CAPTURE(sent.errors, server.log());
    CHECK(sent.output == "1 000 sent, 0 failed, 0 waiting\n");
    CHECK(behind.taken() == messages);
}

// It offers PIPELINING and discards what follows a final dot. It accepts five connections of a client; on a
// sixth it hangs up before it greets.
TEST_CASE_METHOD(Interoperation, "1 000 messages to Courier, which takes five connections of ten") {
    deliver_to_each_once(MailServer(MailServer::Product::courier), 10);
}

// It accepts five connections too; it says 451 to the sixth instead of a greeting.
TEST_CASE_METHOD(Interoperation, "1 000 messages to qpsmtpd, which takes five connections of ten") {
    deliver_to_each_once(MailServer(MailServer::Product::qpsmtpd), 10);
}

// It offers PIPELINING and takes an envelope behind a final dot for SMTP smuggling. `./dev test --haraka`
// installs and runs it.
TEST_CASE_METHOD(Interoperation, "1 000 messages to Haraka", "[.][long]") {
    deliver_to_each_once(MailServer(MailServer::Product::haraka), 4);
}

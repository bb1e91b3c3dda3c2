// Postfix, Exim and OpenSMTPD as careful postmasters configure them: with limits, and with checks of the
// sender. Every refusal is about us or our pace, so no reader is bounced, suppressed, or tried in vain:
// either everything is delivered, or the mailing waits and says why. The lists are short, since each server
// counts within seconds.
#include <nlohmann/json.hpp>

#include "db/database.hpp"
#include "db/raw_sql.hpp"
#include "integration/daemon_fixture.hpp"
#include "support/mail_server.hpp"

using namespace paperround::test;
using nlohmann::json;

namespace {

constexpr int readers = 60;
constexpr int domains = 12;

struct RealLimits : DaemonFixture {
    Finished mail_all(Choices choices) {
        configure(choices);
        publish({"limits"});
        import_readers(readers, domains);
        return command({"run", "--once"});
    }
    std::int64_t ask(const std::string& sql) const {
        auto database = paperround::db::Database::open(dir / "data" / "paperround.db");
        auto query = paperround::db::RawSql(database).prepare(sql);
        query.step();
        return query.integer(0);
    }
    json mailing() const { return json::parse(command({"mailings", "--json"}).output); }
    // No delivery failed or counted an attempt, and nobody is suppressed.
    void nobody_pays() const {
        CAPTURE(command({"log", "--json"}).output);
        CHECK(ask("SELECT count(*) FROM suppressions") == 0);
        // Queued, deferred or sent.
        CHECK(ask("SELECT count(*) FROM deliveries WHERE state NOT IN (0, 2, 5)") == 0);
        CHECK(ask("SELECT count(*) FROM deliveries WHERE state <> 5 AND attempts > 0") == 0);
        for (const std::string outcome : {"rejected_recipient", "rejected_policy", "in_doubt"})
            CHECK(command({"log", "--json", "--outcome", outcome}).output.empty());
    }
    void delivers_all(const MailServer& server, const Choices& choices) {
        const auto sent = mail_all(choices);
        CAPTURE(sent.errors, server.log());
        CHECK(sent.status == 0);
        CHECK(sent.output == fmt::format("{} sent, 0 failed, 0 waiting\n", readers));
        CHECK(server.taken() == readers);
        nobody_pays();
    }
    // The relay counts as being in trouble, for the reason in its own words.
    void relay_waits(const MailServer& server, const Choices& choices, const std::string& words) {
        const auto sent = mail_all(choices);
        CAPTURE(sent.errors, server.log());
        CHECK(sent.status == 75);
        CHECK(sent.errors.find("relay main: ") != std::string::npos);
        CHECK(sent.errors.find(words) != std::string::npos);
        CHECK(mailing()["state"] == "sending");
        CHECK(mailing()["waiting"] == readers);
        nobody_pays();
    }
    // The newsletter's mailings are paused, with the reason.
    void mailing_waits(const MailServer& server, const Choices& choices, const std::string& words) {
        const auto sent = mail_all(choices);
        CAPTURE(sent.errors, server.log(), mailing().dump());
        CHECK(sent.status == 69);  // a mailing that paused itself needs a person
        CHECK(sent.output.starts_with(fmt::format("0 sent, 0 failed, {} waiting", readers)));
        CHECK(sent.errors.find("is paused: ") != std::string::npos);
        CHECK(mailing()["state"] == "paused");
        CHECK(mailing()["reason"].get<std::string>().find(words) != std::string::npos);
        CHECK(mailing()["waiting"] == readers);
        nobody_pays();
    }
};

const std::string spares_nobody = "smtpd_client_event_limit_exceptions=";

}  // namespace

TEST_CASE_METHOD(RealLimits, "Postfix wants a dot in our EHLO name and the relay waits") {
    const MailServer server(MailServer::Product::postfix,
                            {.set = {"smtpd_delay_reject=yes", "smtpd_helo_required=yes",
                                     "smtpd_helo_restrictions=reject_non_fqdn_helo_hostname"}});
    relay_waits(server, {.relay_port = server.port(), .relay_extra = ", ehlo: newsletter"},
                "<newsletter>: Helo command rejected: need fully-qualified hostname");
}

TEST_CASE_METHOD(RealLimits, "Postfix's access list refuses our sender and the mailing waits") {
    const MailServer server(
        MailServer::Product::postfix,
        {.set = {"smtpd_sender_restrictions=check_sender_access inline:{ {notes@example.org=REJECT} }"}});
    mailing_waits(server, {.relay_port = server.port()}, "Sender address rejected: Access denied");
}

// Its resolver has no name server here, so it cannot know the domain. It says 450.
TEST_CASE_METHOD(RealLimits, "Postfix does not find our sender's domain and the relay waits") {
    const MailServer server(MailServer::Product::postfix,
                            {.set = {"smtpd_sender_restrictions=reject_unknown_sender_domain"}});
    relay_waits(server, {.relay_port = server.port(), .from = "notes@nowhere.invalid"},
                "Sender address rejected: Domain not found");
}

TEST_CASE_METHOD(RealLimits, "Postfix takes three connections of ten and all is delivered") {
    const MailServer server(MailServer::Product::postfix,
                            {.set = {"smtpd_client_connection_count_limit=3", spares_nobody}});
    delivers_all(server, {.relay_port = server.port(), .connections = 10});
}

TEST_CASE_METHOD(RealLimits,
                 "Postfix takes so many messages or recipients in a unit of time and all is delivered") {
    const std::string limit =
        GENERATE("smtpd_client_message_rate_limit=20", "smtpd_client_recipient_rate_limit=20");
    CAPTURE(limit);
    const MailServer server(MailServer::Product::postfix,
                            {.set = {limit, "anvil_rate_time_unit=1s", spares_nobody}});
    delivers_all(server, {.relay_port = server.port()});
}

TEST_CASE_METHOD(RealLimits, "Exim takes three connections of ten and all is delivered") {
    const MailServer server(MailServer::Product::exim, {.set = {"smtp_accept_max_per_host=3"}});
    delivers_all(server, {.relay_port = server.port(), .connections = 10});
}

TEST_CASE_METHOD(RealLimits, "Exim takes ten messages in a connection and all is delivered") {
    const MailServer server(MailServer::Product::exim, {.set = {"smtp_accept_max_per_connection=10"}});
    delivers_all(server, {.relay_port = server.port()});
}

TEST_CASE_METHOD(RealLimits, "Exim counts our messages by time and all is delivered") {
    const MailServer server(
        MailServer::Product::exim,
        {.set = {
             "rcpt=defer message = Sender rate exceeds $sender_rate_limit messages per $sender_rate_period\n"
             "    ratelimit = 20 / 1s / per_rcpt / strict"}});
    delivers_all(server, {.relay_port = server.port()});
}

TEST_CASE_METHOD(RealLimits, "Exim verifies our sender in vain and the mailing waits") {
    const MailServer server(MailServer::Product::exim, {.refuse = "sender"});
    mailing_waits(server, {.relay_port = server.port()}, "Sender verify failed");
}

TEST_CASE_METHOD(RealLimits, "Exim cannot verify our sender yet and the relay waits") {
    const MailServer server(MailServer::Product::exim, {.refuse = "sender"});
    relay_waits(server, {.relay_port = server.port(), .from = "letters@undecided.example"},
                "451 Temporary local problem");
}

TEST_CASE_METHOD(RealLimits, "OpenSMTPD takes five messages in a session and all is delivered") {
    const MailServer server(MailServer::Product::opensmtpd, {.set = {"smtp limit max-mails=5"}});
    delivers_all(server, {.relay_port = server.port()});
}

TEST_CASE_METHOD(RealLimits,
                 "OpenSMTPD's rules refuse our sender in words about readers and the mailing waits") {
    const MailServer server(MailServer::Product::opensmtpd,
                            {.set = {"match from any mail-from \"notes@example.org\" for any=reject"}});
    mailing_waits(server, {.relay_port = server.port()}, "Invalid recipient");
}

TEST_CASE_METHOD(RealLimits, "OpenSMTPD takes no message of this size and the mailing waits") {
    const MailServer server(MailServer::Product::opensmtpd, {.set = {"smtp max-message-size=1K"}});
    mailing_waits(server, {.relay_port = server.port()}, "octets, the relay takes 1024");
}

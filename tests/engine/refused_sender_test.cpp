// A relay that refuses us at RCPT, in the words of Postfix and Exim, while 1 000 deliveries wait: no reader
// loses an attempt or is suppressed.
#include <csignal>
#include <nlohmann/json.hpp>

#include "db/database.hpp"
#include "db/raw_sql.hpp"
#include "integration/daemon_fixture.hpp"
#include "support/mail_server.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr int readers = 1000;
constexpr unsigned connections = 4;

struct RefusedSender : DaemonFixture {
    void prepare(const MailServer& server) {
        configure({.relay_port = server.port(), .connections = connections});
        publish({"refused"});
        import_readers(readers);
    }
    json mailing() const { return json::parse(command({"mailings", "--json"}).output); }
    std::int64_t ask(const std::string& sql) const {
        auto database = paperround::db::Database::open(dir / "data" / "paperround.db");
        auto query = paperround::db::RawSql(database).prepare(sql);
        query.step();
        return query.integer(0);
    }
    std::size_t on_record(const std::string& outcome) const {
        return count_lines(command({"log", "--json", "--outcome", outcome}).output);
    }
    void stop(Process& daemon) const {
        daemon.signal(SIGTERM);
        REQUIRE(daemon.wait(60s) == 0);
    }
    // The postmaster has corrected it, and the operator resumes or retries.
    void deliver_the_rest(const std::vector<std::string>& remedies) {
        const SmtpSink mended;
        configure({.relay_port = mended.port(), .connections = connections});
        for (const std::string& remedy : remedies) CHECK(command({"mailings", remedy, "1"}).status == 0);
        auto daemon = start();
        CHECK(eventually([&] { return mailing()["sent"] == readers; }, 120s));
        stop(daemon);
        CHECK(ask("SELECT count(*) FROM suppressions") == 0);
    }
};

}  // namespace

TEST_CASE_METHOD(RefusedSender, "Postfix's 550 5.1.0 at RCPT pauses the mailing, and nobody is suppressed") {
    const MailServer server(MailServer::Product::postfix, {.refuse = "sender"});
    prepare(server);
    auto daemon = start();
    REQUIRE(eventually([&] { return daemon.errors().find("is paused: ") != std::string::npos; }, 60s));
    REQUIRE(eventually([&] { return ask("SELECT count(*) FROM deliveries WHERE state = 1") == 0; }, 60s));
    stop(daemon);
    const auto paused = mailing();
    CAPTURE(paused.dump());
    CHECK(paused["state"] == "paused");
    CHECK(paused["reason"].get<std::string>().find("Sender address rejected: User unknown") !=
          std::string::npos);
    CHECK(paused["failed"] == 0);
    CHECK(paused["waiting"] == readers);
    CHECK(on_record("rejected_sender") > 0);
    CHECK(on_record("perhaps_recipient") == 0);
    CHECK(command({"log", "--json"}).output.find("\"enhanced\":\"5.1.0\"") != std::string::npos);
    CHECK(ask("SELECT count(*) FROM suppressions") == 0);
    deliver_the_rest({"resume"});
}

TEST_CASE_METHOD(RefusedSender, "Exim's bare 550 for a sender pauses the mailing, and nobody is suppressed") {
    const MailServer server(MailServer::Product::exim, {.refuse = "sender"});
    prepare(server);
    auto daemon = start();
    REQUIRE(eventually([&] { return daemon.errors().find("is paused: ") != std::string::npos; }, 120s));
    REQUIRE(eventually([&] { return ask("SELECT count(*) FROM deliveries WHERE state = 1") == 0; }, 60s));
    stop(daemon);
    const auto paused = mailing();
    CAPTURE(paused.dump());
    CHECK(paused["reason"].get<std::string>().find("Sender verify failed") != std::string::npos);
    CHECK(paused["failed"] == 0);
    CHECK(ask("SELECT count(*) FROM suppressions") == 0);
    deliver_the_rest({"resume"});
}

TEST_CASE_METHOD(RefusedSender,
                 "a relay that relays nothing for us is backed off from, and no attempt is counted") {
    const auto product = GENERATE(MailServer::Product::postfix, MailServer::Product::exim);
    const std::string words =
        product == MailServer::Product::postfix ? "Relay access denied" : "relay not permitted";
    CAPTURE(words);
    const MailServer server(product, {.refuse = "relay"});
    prepare(server);
    auto daemon = start();
    // Twice: the second probe is denied like the first, and the wait grows.
    REQUIRE(eventually([&] { return count_of("relay main: ", daemon.errors()) >= 3; }, 120s));
    CHECK(daemon.errors().find("works again") == std::string::npos);
    stop(daemon);
    CHECK(daemon.errors().find(words) != std::string::npos);
    const auto waiting = mailing();
    CAPTURE(waiting.dump());
    CHECK(waiting["state"] == "sending");
    CHECK(waiting["waiting"] == readers);
    CHECK(waiting["failed"] == 0);
    CHECK(ask("SELECT sum(attempts) FROM deliveries") == 0);
    CHECK(ask("SELECT count(*) FROM suppressions") == 0);
    CHECK(on_record("perhaps_relay") + on_record("relay_trouble") ==
          count_lines(command({"log", "--json"}).output));
}

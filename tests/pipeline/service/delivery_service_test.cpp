#include "pipeline/service/delivery_service.hpp"

#include "pipeline/fixture.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/claiming.hpp"
#include "support/committing.hpp"
#include "support/places.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using queue::Stage;
using test::PipelineFixture;
using test::ScriptedSmtp;

TEST_CASE_METHOD(PipelineFixture, "a post reaches every active reader once, and nobody else") {
    const test::AiosmtpdServer server({});
    use_relay(server.port(), 3);
    subscribe(5);
    {
        auto database = open();
        pipeline::Departure departure(database, clock, nullptr);
        REQUIRE(departure.remove("notes", "reader2@example.org"));
    }
    run_once();
    CHECK(progress().sent == 4);
    const auto messages = server.messages();
    REQUIRE(messages.size() == 4);
    for (const int reader : {1, 3, 4, 5}) {
        const auto to = fmt::format("To: reader{}@example.org", reader);
        CHECK(std::ranges::count_if(messages,
                                    [&](const auto& m) { return m.find(to) != std::string::npos; }) == 1);
    }
    run_once();
    CHECK(server.messages().size() == 4);
}

TEST_CASE_METHOD(PipelineFixture,
                 "the back catalogue is recorded and not sent, and a post that comes later is") {
    const test::AiosmtpdServer server({});
    use_relay(server.port());
    settings.newsletters[0].sources[0].backlog = 0;
    subscribe(2);
    run_once();
    CHECK(server.messages().empty());
    publish("feed.xml", {{"second", "The second post"}, {"first", "The first post"}});
    clock.advance(1h);
    run_once();
    const auto messages = server.messages();
    REQUIRE(messages.size() == 2);
    for (const auto& message : messages) CHECK(message.find("Subject: The second post") != std::string::npos);
}

TEST_CASE_METHOD(PipelineFixture, "a 451 is tried again when it is due, not before, and then accepted") {
    const ScriptedSmtp server(R"({"RCPT": ["451 4.7.1 Greylisted", "250 ok"]})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    REQUIRE(log().size() == 1);
    CHECK(log()[0].outcome.kind == OutcomeKind::deferred);
    CHECK(log()[0].outcome.code == 451);
    CHECK(next_due() == clock.now() + 5min);

    clock.advance(5min - 1ms);
    run_once();
    CHECK(log().size() == 1);

    clock.advance(1ms);
    run_once();
    REQUIRE(log().size() == 2);
    CHECK(log()[1].attempt == 2);
    CHECK(log()[1].outcome.kind == OutcomeKind::accepted);
    CHECK(log()[1].time == clock.now());
    CHECK(progress().sent == 1);
}

TEST_CASE_METHOD(PipelineFixture,
                 "an address that does not exist bounces and gets no later mailing of any newsletter") {
    const ScriptedSmtp server(R"({"RCPT": ["550 5.1.1 No such user", "250 ok"]})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    CHECK(progress().failed == 1);
    CHECK(log().at(0).outcome.enhanced == "5.1.1");
    publish("feed.xml", {{"second", "The second post"}});
    clock.advance(1h);
    run_once();
    CHECK(log().size() == 1);
    auto database = open();
    const auto suppression = audience::AudienceStore(database).find_suppression("reader1@example.org");
    REQUIRE(suppression.has_value());
    CHECK_FALSE(suppression->provisional);  // its mailing has ended without its breaker
    CHECK(suppression->evidence.find("No such user") != std::string::npos);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a 421 at the greeting costs no attempt and the relay is asked again 5 seconds later") {
    const ScriptedSmtp server(
        R"({"connect": [{"reply": "421 4.3.2 Too busy", "close": true}, "220 ready"]})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    REQUIRE(log().size() == 1);
    CHECK(log()[0].outcome.kind == OutcomeKind::relay_trouble);
    CHECK(log()[0].outcome.text.find("Too busy") != std::string::npos);
    CHECK(events.has("down: main"));
    CHECK(next_due() == clock.now() + 5s);
    clock.advance(5s);
    run_once();
    CHECK(progress().sent == 1);
    CHECK(events.has("up: main"));
}

TEST_CASE_METHOD(
    PipelineFixture,
    "a connection that ends after the dot is a doubt: sent once more, with the same Message-ID, then held") {
    const ScriptedSmtp server(R"({"dot": {"close": true}})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    REQUIRE(log().size() == 1);
    CHECK(log()[0].outcome.kind == OutcomeKind::in_doubt);
    CHECK(log()[0].outcome.stage == Stage::final_dot);
    CHECK(next_due() == clock.now() + 5min);
    clock.advance(5min);
    run_once();
    CHECK(log().size() == 2);
    CHECK(progress().held == 1);
    clock.advance(48h);
    run_once();
    CHECK(log().size() == 2);
    CHECK(server.count("Message-ID: <" +
                       queue::message_id({log()[0].mailing_key, log()[0].mailing_seal}, 1, "example.org") +
                       ">") == 2);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a server that stalls before the dot is the relay's trouble, after it a doubt") {
    struct Case {
        std::string script;
        OutcomeKind kind;
        Stage stage;
    };
    const auto stalled =
        GENERATE(Case{R"({"connect": {"stall": true}})", OutcomeKind::relay_trouble, Stage::greeting},
                 Case{R"({"EHLO": {"stall": true}})", OutcomeKind::relay_trouble, Stage::ehlo},
                 Case{R"({"MAIL": {"stall": true}})", OutcomeKind::relay_trouble, Stage::mail},
                 Case{R"({"RCPT": {"stall": true}})", OutcomeKind::relay_trouble, Stage::rcpt},
                 Case{R"({"DATA": {"stall": true}})", OutcomeKind::relay_trouble, Stage::data},
                 Case{R"({"dot": {"stall": true}})", OutcomeKind::in_doubt, Stage::final_dot});
    CAPTURE(stalled.script);
    const ScriptedSmtp server(stalled.script);
    use_relay(server.port());
    settings.relays[0].timeouts = {300ms, 300ms, 300ms, 300ms, 300ms, 300ms, 300ms};
    subscribe(1);
    run_once();
    REQUIRE(log().size() == 1);
    CHECK(log()[0].outcome.kind == stalled.kind);
    CHECK(log()[0].outcome.stage == stalled.stage);
    CHECK(progress().waiting == 1);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a relay that refuses the sender pauses the newsletter's mailings and suppresses nobody") {
    const ScriptedSmtp server(R"({"MAIL": "550 5.7.1 Sender not allowed"})");
    use_relay(server.port());
    subscribe(3);
    run_once();
    CHECK(events.has("paused: main refused the sender: "));
    CHECK(progress().waiting == 3);
    auto database = open();
    CHECK(queue::MailingStore(database).mailing(1)->state == queue::MailingState::paused);
    CHECK_FALSE(audience::AudienceStore(database).is_suppressed("reader1@example.org"));
}

TEST_CASE_METHOD(PipelineFixture, "a message over the relay's SIZE pauses the mailing without sending it") {
    const ScriptedSmtp server(R"({"EHLO": "250-small\n250 SIZE 500"})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    CHECK(events.has("paused: "));
    CHECK(server.count("\"command\": \"DATA\"") == 0);
}

TEST_CASE_METHOD(PipelineFixture, "a reader who leaves while the message is under way gets no final dot") {
    const ScriptedSmtp server(R"({"DATA": {"reply": "354 Go on", "after_ms": 1500}})");
    use_relay(server.port());
    subscribe(1);
    auto service = make_service();
    service->start();
    REQUIRE(test::eventually([&] { return server.count("\"command\": \"DATA\"") == 1; }));
    {
        auto database = open();
        pipeline::Departure departure(database, clock, &service->recall());
        CHECK(departure.leave({.newsletter = "notes", .subscriber_id = 1}));
    }
    CHECK(test::eventually([&] { return log().size() == 1; }));
    CHECK(service->drain());
    CHECK(log().at(0).outcome.kind == OutcomeKind::withdrawn);
    CHECK(progress().dropped == 1);
    CHECK(server.count("\"message\"") == 0);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a drain finishes the open transaction and records it, and claims nothing more") {
    const ScriptedSmtp server(R"({"dot": {"reply": "250 ok", "after_ms": 700}})");
    use_relay(server.port());
    subscribe(20);
    auto service = make_service();
    service->start();
    REQUIRE(test::eventually([&] { return server.count("\"command\": \"DATA\"") == 1; }));
    CHECK(service->drain());
    const auto after = progress();
    CHECK(after.sending == 0);
    CHECK(after.sent >= 1);
    CHECK(after.sent <= 3);
    CHECK(after.sent + after.waiting == 20);
}

TEST_CASE_METHOD(PipelineFixture, "a transaction that outlasts the drain is a doubt once its dot has left") {
    const ScriptedSmtp server(R"({"dot": {"stall": true}})");
    use_relay(server.port());
    settings.drain = 300ms;
    subscribe(1);
    auto service = make_service();
    service->start();
    REQUIRE(test::eventually([&] { return server.count("\"message\"") == 1; }));
    CHECK(service->drain());
    REQUIRE(log().size() == 1);
    CHECK(log()[0].outcome.kind == OutcomeKind::in_doubt);
}

TEST_CASE_METHOD(PipelineFixture,
                 "what was sending when the daemon died is recorded as a doubt at the next start") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(2);
    {
        auto database = open();
        test::Committing<queue::MailingStore> mailings(database);
        test::Committing<queue::DeliveryStore> deliveries(database);
        mailings->create_mailing(
            {.newsletter = "notes", .post_id = 99, .key = "k", .not_before = clock.now()}, clock.now());
        mailings->start_due(clock.now());
        deliveries->add_deliveries(1, std::vector<queue::Addressee>{{1, "reader1@example.org"}}, clock.now());
        mailings->finish_fan_out(1, clock.now());
        REQUIRE(test::claim_due(database, std::vector<std::string>{"notes"}, 1, clock.now()).size() == 1);
    }
    const auto service = make_service();
    CHECK(events.has("recovered: 1"));
    REQUIRE(log().size() == 1);
    CHECK(log()[0].outcome.kind == OutcomeKind::in_doubt);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a session carries no more messages than the relay wants in one connection") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    settings.relays[0].messages_per_connection = 2;
    subscribe(6);
    run_once();
    CHECK(progress().sent == 6);
    CHECK(server.count(R"("connection": 3,)") > 0);
    CHECK(server.count(R"("connection": 4,)") == 0);
}

TEST_CASE_METHOD(PipelineFixture, "each newsletter goes over its own relay") {
    const ScriptedSmtp main_server("{}");
    const ScriptedSmtp other_server("{}");
    use_relay(main_server.port());
    settings.relays.push_back(settings.relays[0]);
    settings.relays[1].name = "other";
    settings.relays[1].port = other_server.port();
    settings.newsletters.push_back(settings.newsletters[0]);
    settings.newsletters[1].name = "essays";
    settings.newsletters[1].title = "Essays";
    settings.newsletters[1].relay = "other";
    subscribe(2);
    subscribe(3, "essays");
    run_once();
    CHECK(main_server.count("RCPT TO:") == 2);
    CHECK(other_server.count("RCPT TO:") == 3);
}

TEST_CASE_METHOD(PipelineFixture, "a schedule holds the mailing until its time") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    settings.newsletters[0].schedule = {
        .kind = config::Schedule::Kind::daily, .at = 9h, .zone = "Europe/London"};
    subscribe(1);
    run_once();
    CHECK(log().empty());
    CHECK(next_mailing() == clock.now() + 1h);
    clock.advance(1h);
    run_once();
    CHECK(progress().sent == 1);
}

TEST_CASE_METHOD(PipelineFixture, "a missing template is a problem of the configuration, told at start") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    settings.newsletters[0].template_name = "no-such-template";
    const auto preparation = pipeline::prepare(settings, surroundings());
    REQUIRE_FALSE(preparation.has_value());
    CHECK(preparation.error().front().find("no-such-template") != std::string::npos);
}

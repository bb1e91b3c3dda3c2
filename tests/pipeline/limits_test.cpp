// Limits, failover and the breaker through the whole pipeline, with servers that use their own words.
#include <catch2/catch.hpp>

#include "pipeline/fixture.hpp"
#include "pipeline/plan/redelivery.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::MailingState;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

struct LimitsFixture : PipelineFixture {
    MailingState state() const {
        auto database = open();
        return queue::MailingStore(database).mailing(1)->state;
    }
    std::int64_t suppressions() const {
        auto database = open();
        std::int64_t count = 0;
        audience::AudienceStore(database).list_suppressions([&count](const auto&) { return ++count > 0; });
        return count;
    }
    void resume() {
        auto database = open();
        db::Transaction transaction(database);
        REQUIRE(test::Committing<queue::MailingStore>(database)->resume(1, clock.now()));
        transaction.commit();
    }
    pipeline::RedeliveryCount again(const pipeline::RedeliveryOptions& options) {
        auto database = open();
        const auto mailing = queue::MailingStore(database).mailing(1).value();
        return pipeline::Redelivery(database, clock).again(mailing, options);
    }
    void add_relay(std::uint16_t port) {
        config::Relay relay = test::relay_on(port);
        relay.name = "second";
        relay.connections = 1;
        settings.relays.push_back(relay);
        settings.newsletters[0].relays = {{"main", 1}, {"second", 1}};
    }
};

}  // namespace

TEST_CASE_METHOD(
    LimitsFixture,
    "a relay that refuses our sender at RCPT in Postfix's words pauses the mailing and suppresses nobody") {
    const ScriptedSmtp server(
        R"({"RCPT": "550 5.1.0 <notes@example.org>: Sender address rejected: User unknown in virtual mailbox table"})");
    use_relay(server.port(), 2);
    subscribe(1000);
    run_once();
    CHECK(state() == MailingState::paused);
    CHECK(events.has("paused: main refused the sender: "));
    CHECK(suppressions() == 0);
    CHECK(progress().failed == 0);
    CHECK(progress().waiting == 1000);
}

TEST_CASE_METHOD(LimitsFixture,
                 "a relay that does not relay for us, in Exim's words, backs off: the mailing waits and "
                 "nobody is suppressed") {
    const ScriptedSmtp server(R"({"RCPT": "550 relay not permitted"})");
    use_relay(server.port());
    subscribe(1000);
    run_once();
    CHECK(events.has("down: main"));
    CHECK(suppressions() == 0);
    CHECK(progress().waiting == 1000);
    CHECK(progress().failed == 0);
}

TEST_CASE_METHOD(
    LimitsFixture,
    "a relay that bounces everybody suppresses nobody, and after resuming everybody else gets the mail") {
    const ScriptedSmtp bad(R"({"RCPT": "550 5.1.1 No such user here"})");
    use_relay(bad.port());
    subscribe(100);
    run_once();
    CHECK(state() == MailingState::paused);
    CHECK(suppressions() == 0);
    const auto bounced = progress().failed;

    const ScriptedSmtp good("{}");
    use_relay(good.port());
    resume();
    run_once();
    CHECK(progress().sent == 100 - bounced);
    CHECK(state() == MailingState::done);
    CHECK(suppressions() == 0);

    CHECK(again({}).queued == bounced);
    run_once();
    CHECK(progress().sent == 100);
    CHECK(good.count("\"message\"") == 100);
    CHECK(again({}).queued == 0);
}

TEST_CASE_METHOD(LimitsFixture,
                 "sending again leaves out who is suppressed and who left, unless the suppression was this "
                 "mailing's and is lifted") {
    const ScriptedSmtp server(
        R"({"RCPT": ["550 5.1.1 No such user", "550 5.1.1 No such user", "554 5.7.1 Spam", "250 ok"]})");
    use_relay(server.port());
    subscribe(3);
    run_once();
    REQUIRE(progress().failed == 3);
    REQUIRE(suppressions() == 2);
    {
        auto database = open();
        pipeline::Departure departure(database, clock, nullptr);
        departure.remove("notes", "reader3@example.org");
    }
    const auto refused = again({});
    CHECK(refused.queued == 0);
    CHECK(refused.suppressed == 2);
    CHECK(refused.left == 1);
    const auto lifted = again({.states = {DeliveryState::bounced}, .lift_suppressions = true});
    CHECK(lifted.queued == 2);
    run_once();
    CHECK(progress().sent == 2);
}

TEST_CASE_METHOD(
    LimitsFixture,
    "a relay that is down hands its work to the second one, and has its part again when it is back") {
    const ScriptedSmtp second("{}");
    use_relay(test::free_port());
    add_relay(second.port());
    subscribe(40);
    run_once();
    CHECK(events.has("down: main"));
    CHECK(progress().sent == 40);
    CHECK(second.count("\"message\"") == 40);

    const ScriptedSmtp first("{}");
    use_relay(first.port());
    add_relay(second.port());
    publish("feed.xml", {{"second", "The second post"}});
    clock.advance(1h);
    run_once();
    CHECK(progress(2).sent == 40);
    CHECK(events.has("up: main"));
    CHECK(first.count("\"message\"") >= 5);
}

TEST_CASE_METHOD(
    LimitsFixture,
    "a relay that is down for 72 hours costs nobody an attempt, and everybody gets the mail afterwards") {
    use_relay(test::free_port(), 2);
    subscribe(50);
    for (int i = 0; i < 12; ++i) {
        run_once();
        clock.advance(6h);
    }
    CHECK(progress().waiting == 50);
    const ScriptedSmtp server("{}");
    use_relay(server.port(), 2);
    run_once();
    run_once();
    CHECK(progress().sent == 50);
    CHECK(server.count("\"message\"") == 50);
    for (const auto& line : log()) CHECK(line.outcome.kind != queue::OutcomeKind::deferred);
}

TEST_CASE_METHOD(LimitsFixture, "a domain's daily ceiling lets the rest wait for the next day") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    settings.domains = {
        {"example.org", {.warm_up = config::WarmUp{parse_rfc3339("2026-11-22").value(), 10, 2.0}}}};
    subscribe(25);
    run_once();
    CHECK(progress().sent == 10);
    run_once();
    CHECK(progress().sent == 10);
    clock.set(parse_rfc3339("2026-11-23T00:00:00Z").value());
    run_once();
    CHECK(progress().sent == 25);
}

#include "queue/admin/delivery_log.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct LogFixture : test::QueueFixture {
    LogFixture() {
        notes = mailing_to(2, 1, 1, "notes");
        other = mailing_to(1, 2, 2, "other");
        for (const auto& delivery : claim(std::vector<std::string>{"notes"}, 5, clock.now())) {
            record(delivery, OutcomeKind::accepted, DeliveryState::sent);
        }
        clock.advance(1h);
        const auto delivery = claim(std::vector<std::string>{"other"}, 5, clock.now()).at(0);
        const Outcome outcome{.kind = OutcomeKind::rejected_recipient,
                              .stage = Stage::rcpt,
                              .code = 550,
                              .enhanced = "5.1.1",
                              .text = "5.1.1 no such user",
                              .tls = "TLSv1.3",
                              .took = 42ms};
        deliveries->record(delivery, outcome, {.state = DeliveryState::bounced}, "backup", clock.now());
    }
    std::vector<LogLine> lines(const LogFilter& filter) {
        std::vector<LogLine> found;
        DeliveryLog(database).each(filter, [&](const LogLine& line) { found.push_back(line); });
        return found;
    }
    std::int64_t notes = 0;
    std::int64_t other = 0;
};

}  // namespace

TEST_CASE_METHOD(LogFixture, "an attempt is on record with relay, stage, codes, words, TLS and duration") {
    const auto found = lines({.newsletter = "other"});
    REQUIRE(found.size() == 1);
    CHECK(found[0].time == clock.now());
    CHECK(found[0].recipient == "reader2@example.org");
    CHECK(found[0].mailing_id == other);
    CHECK(found[0].attempt == 1);
    CHECK(found[0].relay == "backup");
    CHECK(found[0].outcome.kind == OutcomeKind::rejected_recipient);
    CHECK(found[0].outcome.stage == Stage::rcpt);
    CHECK(found[0].outcome.code == 550);
    CHECK(found[0].outcome.enhanced == "5.1.1");
    CHECK(found[0].outcome.text == "5.1.1 no such user");
    CHECK(found[0].outcome.tls == "TLSv1.3");
    CHECK(found[0].outcome.took == 42ms);
}

TEST_CASE_METHOD(LogFixture, "the log is filtered by recipient, with or without the subscriber's number") {
    CHECK(lines({.recipient = "READER2@example.org"}).size() == 2);
    CHECK(lines({.subscriber_id = 2}).size() == 2);
    CHECK(lines({.subscriber_id = 3}).empty());
}

TEST_CASE_METHOD(LogFixture, "the log is filtered by mailing, outcome and time") {
    CHECK(lines({.mailing_id = notes}).size() == 2);
    CHECK(lines({.outcomes = {OutcomeKind::rejected_recipient}}).size() == 1);
    CHECK(lines({.since = clock.now()}).size() == 1);
    CHECK(lines({.since = clock.now() + 1ms}).empty());
}

TEST_CASE_METHOD(LogFixture, "the newest lines of a mailing or of a period are those that are asked for") {
    const auto all = lines({});
    REQUIRE(all.size() == 3);
    CHECK(lines({.mailing_id = notes, .last = 1}).at(0).id == all[1].id);
    CHECK(lines({.mailing_id = notes, .after_id = all[0].id}).size() == 1);
    CHECK(lines({.since = clock.now(), .last = 5}).size() == 1);
    CHECK(lines({.until = clock.now(), .last = 1}).at(0).id == all[1].id);
}

TEST_CASE_METHOD(LogFixture,
                 "attempts that a clock recorded while it was set back are found by their times") {
    clock.advance(-2h);
    mailing_to(1, 3, 5, "later");
    record(claim(std::vector<std::string>{"later"}, 5, clock.now() + 5h).at(0), OutcomeKind::accepted,
           DeliveryState::sent);
    CHECK(lines({.since = clock.now(), .until = clock.now() + 1h}).size() == 1);
    CHECK(lines({.since = clock.now() + 1h}).size() == 3);
    CHECK(lines({.since = clock.now() + 2h}).size() == 1);
}

TEST_CASE_METHOD(LogFixture,
                 "the newest lines are given in ascending order, and following goes on behind them") {
    const auto newest = lines({.last = 2});
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].id < newest[1].id);
    CHECK(newest[1].newsletter == "other");
    CHECK(lines({.after_id = newest[1].id}).empty());
    CHECK(DeliveryLog(database).newest_id() == newest[1].id);
}

TEST_CASE_METHOD(LogFixture, "what waits is counted by mailing and state") {
    const auto third = mailing_to(4, 3);
    REQUIRE(claim(newsletters, 1, clock.now()).size() == 1);
    const auto waiting = DeliveryLog(database).waiting();
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].mailing_id == third);
    CHECK(waiting[0].state == DeliveryState::queued);
    CHECK(waiting[0].count == 3);
    CHECK(waiting[0].next_due == clock.now());
    CHECK(waiting[1].state == DeliveryState::sending);
    CHECK_FALSE(waiting[1].next_due.has_value());
}

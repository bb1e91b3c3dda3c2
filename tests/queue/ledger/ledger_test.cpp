#include "queue/ledger/ledger.hpp"

#include <catch2/catch.hpp>

#include <thread>

#include "db/raw_sql.hpp"
#include "queue/fixture.hpp"
#include "queue/store/delivery_store.hpp"
#include "support/committing.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct NoDuties final : LedgerDuties {
    void settle(const Delivery&, const Outcome&, const Step&, Time) override { ++settled; }
    Remaining prepare_deliveries(Time) override { return Remaining::nothing; }
    int settled = 0;
};

struct Notes final : LedgerObserver {
    void recorded(const Delivery&, const Outcome&, const Step& step, std::string_view) override {
        states.push_back(step.state);
    }
    void relay_down(std::string_view, const RelayHealth& health) override {
        ++down;
        reasons.push_back(health.reason);
    }
    void relay_up(std::string_view) override { ++up; }
    void paused(std::int64_t, std::string_view, std::string_view reason) override {
        pauses.emplace_back(reason);
    }
    void write_failed(std::string_view) override { ++failures; }
    void write_resumed() override { ++resumptions; }
    std::vector<DeliveryState> states;
    std::vector<std::string> pauses;
    std::vector<std::string> reasons;
    int down = 0;
    int up = 0;
    int failures = 0;
    int resumptions = 0;
};

struct LedgerFixture : test::QueueFixture {
    LedgerSettings settings(unsigned window = 50, unsigned connections = 2) {
        return {.doubt_window = window,
                .lanes = {{.relay = "main", .connections = connections, .newsletters = newsletters}}};
    }
    static std::optional<Delivery> take(Ledger& ledger) {
        auto taken = ledger.hand_out().take(0, 1);
        return taken.empty() ? std::nullopt : std::optional(std::move(taken.front()));
    }

    NoDuties duties;
    Notes observer;
    Recall recall;
    std::stop_source stop;
};

const Outcome accepted{.kind = OutcomeKind::accepted, .stage = Stage::final_dot, .code = 250};
const Outcome refused_connection{.kind = OutcomeKind::relay_trouble, .text = "connection refused"};

}  // namespace

TEST_CASE_METHOD(LedgerFixture, "a step claims what is due, and the next one records its outcome") {
    const auto id = mailing_to(1);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    const auto delivery = take(ledger);
    REQUIRE(delivery.has_value());
    CHECK(deliveries->progress(id).sending == 1);
    ledger.hand_out().report(0, *delivery, accepted);
    ledger.step();
    CHECK(deliveries->progress(id).sent == 1);
    CHECK(observer.states == std::vector{DeliveryState::sent});
    CHECK(duties.settled == 1);
    CHECK(ledger.hand_out().quiet());
}

TEST_CASE_METHOD(LedgerFixture, "never more than doubt_window deliveries are sending") {
    const auto id = mailing_to(100);
    Ledger ledger(database, settings(7, 5), duties, observer, recall, clock, random);
    for (int i = 0; i < 3; ++i) ledger.step();
    CHECK(deliveries->progress(id).sending == 7);
    const auto delivery = take(ledger);
    ledger.hand_out().report(0, delivery.value(), accepted);
    ledger.step();
    CHECK(deliveries->progress(id).sending == 7);
    CHECK(deliveries->progress(id).sent == 1);
}

TEST_CASE_METHOD(LedgerFixture, "while a relay backs off nothing is claimed, then one delivery probes it") {
    const auto id = mailing_to(20);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().report(0, take(ledger).value(), refused_connection);
    ledger.step();
    CHECK(observer.down == 1);
    CHECK(deliveries->progress(id).sending == 0);
    CHECK(relays->relay_health("main").reason == "connection refused");
    clock.advance(5s);
    ledger.step();
    CHECK(deliveries->progress(id).sending == 1);
    ledger.hand_out().report(0, take(ledger).value(), accepted);
    ledger.step();
    CHECK(observer.up == 1);
    ledger.step();
    CHECK(deliveries->progress(id).sending == 19);
}

TEST_CASE_METHOD(LedgerFixture,
                 "a relay that fails and works within one commit is announced with its reason") {
    mailing_to(20);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    const auto failed = take(ledger).value();
    const auto sent = take(ledger).value();
    ledger.hand_out().report(0, failed, refused_connection);
    ledger.hand_out().report(0, sent, accepted);
    ledger.step();
    CHECK(observer.reasons == std::vector<std::string>{"connection refused"});
    CHECK(observer.up == 1);
}

TEST_CASE_METHOD(LedgerFixture, "a relay that refuses without a word is announced with code and stage") {
    mailing_to(1);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().report(0, take(ledger).value(),
                             {.kind = OutcomeKind::relay_trouble, .stage = Stage::mail, .code = 421});
    ledger.step();
    CHECK(observer.reasons == std::vector<std::string>{"it answered 421 at mail, without a word"});
}

TEST_CASE_METHOD(LedgerFixture,
                 "the third doubt in a row backs the relay off, an answer begins the count anew") {
    mailing_to(20);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    const Outcome doubt{.kind = OutcomeKind::in_doubt, .stage = Stage::final_dot, .text = "no reply"};
    const auto report = [&](const Outcome& outcome) {
        ledger.step();
        ledger.hand_out().report(0, take(ledger).value(), outcome);
        ledger.step();
    };
    for (const Outcome& outcome : {doubt, doubt, accepted, doubt, doubt}) report(outcome);
    CHECK(observer.down == 0);
    report(doubt);
    CHECK(observer.down == 1);
    CHECK(relays->relay_health("main").reason == "no reply");
    ledger.step();
    CHECK_FALSE(take(ledger).has_value());
    clock.advance(5s);
    report(doubt);  // the probe
    CHECK(relays->relay_health("main").next_attempt == clock.now() + 10s);
}

TEST_CASE_METHOD(LedgerFixture, "nothing is handed out between a doubt and its judgement") {
    mailing_to(20);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().report(0, take(ledger).value(),
                             {.kind = OutcomeKind::in_doubt, .stage = Stage::final_dot});
    CHECK_FALSE(take(ledger).has_value());
    ledger.step();
    CHECK(take(ledger).has_value());
}

TEST_CASE_METHOD(LedgerFixture,
                 "a probe that may have been denied as a relay does not bring the relay up again") {
    mailing_to(20);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().report(0, take(ledger).value(), refused_connection);
    ledger.step();
    clock.advance(5s);
    ledger.step();
    const auto probe = take(ledger).value();
    ledger.hand_out().report(0, probe,
                             {.kind = OutcomeKind::perhaps_relay, .stage = Stage::rcpt, .code = 554});
    ledger.step();
    CHECK(observer.up == 0);
    ledger.step();
    const auto second = take(ledger);
    REQUIRE(second.has_value());
    CHECK(second->id != probe.id);
    ledger.hand_out().report(0, *second, refused_connection);
    ledger.step();
    CHECK(relays->relay_health("main").next_attempt == clock.now() + 10s);
}

TEST_CASE_METHOD(LedgerFixture, "a relay that is down for 72 hours expires nobody and costs no attempt") {
    const auto id = mailing_to(1);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    for (int i = 0; i < 72 * 12 + 20; ++i) {
        ledger.step();
        if (const auto delivery = take(ledger)) {
            CHECK(delivery->attempts == 0);
            ledger.hand_out().report(0, *delivery, refused_connection);
            ledger.step();
        }
        clock.advance(5min);
    }
    ledger.step();
    ledger.hand_out().report(0, take(ledger).value(), accepted);
    ledger.step();
    CHECK(deliveries->progress(id).sent == 1);
}

TEST_CASE_METHOD(LedgerFixture, "a message that the relay cannot take pauses the mailing and says why") {
    const auto id = mailing_to(3);
    Ledger ledger(database, settings(50, 1), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().report(
        0, take(ledger).value(),
        {.kind = OutcomeKind::rejected_message, .stage = Stage::mail, .code = 552, .text = "552 too big"});
    ledger.step();
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    CHECK(observer.pauses == std::vector<std::string>{"main refused the message: 552 too big"});
}

TEST_CASE_METHOD(LedgerFixture, "what was claimed and not begun goes back untouched when the daemon stops") {
    const auto id = mailing_to(5);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    const auto begun = take(ledger).value();
    const auto not_begun = take(ledger).value();
    ledger.hand_out().give_back(0, not_begun);
    ledger.hand_out().report(0, begun, accepted);
    CHECK(ledger.finish());
    CHECK(deliveries->progress(id).sending == 0);
    CHECK(deliveries->progress(id).sent == 1);
    CHECK(deliveries->progress(id).waiting == 4);
    CHECK(ledger.hand_out().outstanding() == 0);
}

TEST_CASE("a failed write stops the claiming, keeps the outcomes, and resumes") {
    const test::TempDir dir;
    auto database = db::Database::open(dir / "queue.db");
    migrate_queue(database);
    LedgerFixture fixture;
    fixture.database = std::move(database);
    const auto id = fixture.mailing_to(5);
    Ledger ledger(fixture.database, fixture.settings(2, 2), fixture.duties, fixture.observer, fixture.recall,
                  fixture.clock, fixture.random);
    ledger.step();
    ledger.hand_out().report(0, fixture.take(ledger).value(), accepted);

    db::RawSql(fixture.database)
        .execute("PRAGMA query_only = ON");  // every write fails, as on a read-only file system
    for (int i = 0; i < 3; ++i) ledger.step();
    CHECK(fixture.observer.failures == 1);
    CHECK((*fixture.deliveries).progress(id).sent == 0);
    CHECK(ledger.hand_out().outstanding() == 2);

    db::RawSql(fixture.database).execute("PRAGMA query_only = OFF");
    ledger.step();
    CHECK(fixture.observer.resumptions == 1);
    CHECK(fixture.deliveries->progress(id).sent == 1);
}

TEST_CASE("a full disk stops the claiming, keeps the outcomes, and resumes when there is room again") {
    const test::TempDir dir;
    LedgerFixture fixture;
    fixture.database = db::Database::open(dir / "queue.db");
    migrate_queue(fixture.database);
    const auto id = fixture.mailing_to(300);
    Ledger ledger(fixture.database, fixture.settings(100, 20), fixture.duties, fixture.observer,
                  fixture.recall, fixture.clock, fixture.random);
    ledger.step();
    auto taken = ledger.hand_out().take(0, 100);
    REQUIRE(taken.size() == 100);
    db::RawSql(fixture.database)
        .execute("PRAGMA max_page_count = 1");  // SQLite takes the size it has: not a page more
    Outcome wordy = accepted;
    wordy.text = std::string(500, 'x');  // the attempts need new pages
    for (const Delivery& delivery : taken) ledger.hand_out().report(0, delivery, wordy);
    for (int i = 0; i < 3; ++i) ledger.step();
    CHECK(fixture.observer.failures == 1);
    CHECK(fixture.deliveries->progress(id).sent == 0);
    CHECK(ledger.hand_out().take(0, 100).empty());

    db::RawSql(fixture.database).execute("PRAGMA max_page_count = 1000000");
    ledger.step();
    CHECK(fixture.observer.resumptions == 1);
    CHECK(fixture.deliveries->progress(id).sent == 100);
    CHECK(ledger.hand_out().take(0, 100).size() == 100);
}

TEST_CASE("a reader who left through another process is recalled while a courier holds the delivery") {
    const test::TempDir dir;
    LedgerFixture fixture;
    fixture.database = db::Database::open(dir / "queue.db");
    migrate_queue(fixture.database);
    fixture.mailing_to(2);
    Ledger ledger(fixture.database, fixture.settings(), fixture.duties, fixture.observer, fixture.recall,
                  fixture.clock, fixture.random);
    ledger.step();
    const auto delivery = fixture.take(ledger).value();
    CHECK_FALSE(fixture.recall.contains(delivery.id));

    auto elsewhere = db::Database::open(dir / "queue.db");
    test::Committing<DeliveryStore>(elsewhere)->withdraw("notes", delivery.subscriber_id,
                                                         DeliveryState::cancelled, fixture.clock.now());
    ledger.step();
    CHECK(fixture.recall.contains(delivery.id));
    ledger.hand_out().report(0, delivery, {.kind = OutcomeKind::withdrawn});
    ledger.step();
    CHECK_FALSE(fixture.recall.contains(delivery.id));
}

TEST_CASE("couriers on many threads empty the queue, each delivery once") {
    const test::TempDir dir;
    LedgerFixture fixture;
    fixture.database = db::Database::open(dir / "queue.db");
    migrate_queue(fixture.database);
    const auto id = fixture.mailing_to(500);
    Ledger ledger(fixture.database, fixture.settings(40, 4), fixture.duties, fixture.observer, fixture.recall,
                  fixture.clock, fixture.random);
    std::mutex mutex;
    std::vector<std::int64_t> delivered;
    {
        std::vector<std::jthread> couriers;
        for (int i = 0; i < 4; ++i) {
            couriers.emplace_back([&](const std::stop_token& stop) {
                while (ledger.hand_out().wait_for_claims(0, stop)) {
                    for (const Delivery& delivery : ledger.hand_out().take(0, 3)) {
                        {
                            const std::lock_guard lock(mutex);
                            delivered.push_back(delivery.id);
                        }
                        ledger.hand_out().report(0, delivery, accepted);
                    }
                }
            });
        }
        std::jthread writer([&](const std::stop_token& stop) { ledger.run(stop); });
        CHECK(test::eventually([&] { return ledger.hand_out().quiet(); }));
    }
    std::ranges::sort(delivered);
    CHECK(delivered.size() == 500);
    CHECK(std::ranges::adjacent_find(delivered) == delivered.end());
    CHECK(fixture.deliveries->progress(id).sent == 500);
}

TEST_CASE_METHOD(LedgerFixture,
                 "while the database cannot be read nothing is claimed and nobody's attempt is counted") {
    const auto id = mailing_to(20);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    const auto handed_out = take(ledger).value();
    ledger.hand_out().give_back(0, handed_out);
    ledger.hand_out().cannot_read("database disk image is malformed");
    ledger.hand_out().cannot_read("database disk image is malformed");  // another composer, at the same time
    ledger.step();
    CHECK(observer.failures == 1);
    CHECK(observer.down == 0);
    CHECK(observer.states.empty());
    CHECK(deliveries->progress(id).sending == 19);  // what is claimed and was not handed out yet
    while (const auto delivery = take(ledger)) ledger.hand_out().give_back(0, *delivery);
    for (int i = 0; i < 5; ++i) ledger.step();
    CHECK(deliveries->progress(id).sending == 0);
    CHECK_FALSE(ledger.hand_out().quiet());
    // After a second, here on the real clock, one delivery tries whether it is readable again.
    REQUIRE(test::eventually([&] {
        ledger.step();
        return deliveries->progress(id).sending > 0;
    }));
    CHECK(deliveries->progress(id).sending == 1);
    CHECK(observer.resumptions == 0);
    const auto probe = take(ledger).value();
    ledger.hand_out().could_read(1);
    ledger.hand_out().report(0, probe, accepted);
    ledger.step();
    CHECK(observer.resumptions == 1);
    CHECK(deliveries->progress(id).sending == 19);
    CHECK(deliveries->progress(id).sent == 1);
    while (const auto delivery = take(ledger)) ledger.hand_out().give_back(0, *delivery);
    CHECK(ledger.finish());
}

TEST_CASE_METHOD(LedgerFixture, "a run that ends while the database cannot be read has not ended well") {
    mailing_to(1);
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().give_back(0, take(ledger).value());
    ledger.hand_out().cannot_read("disk I/O error");
    CHECK_FALSE(ledger.finish());
}

TEST_CASE_METHOD(LedgerFixture,
                 "whoever waits for the end does not wait for a database that stays unreadable") {
    mailing_to(1);
    LedgerSettings impatient = settings();
    impatient.patience = 10ms;
    Ledger ledger(database, impatient, duties, observer, recall, clock, random);
    const std::jthread thread([&](const std::stop_token& ending) { ledger.run(ending); });
    REQUIRE(ledger.hand_out().wait_for_claims(0, stop.get_token()));
    ledger.hand_out().give_back(0, take(ledger).value());
    ledger.hand_out().cannot_read("disk I/O error");
    ledger.hand_out().wait_until_quiet(stop.get_token());
    CHECK_FALSE(ledger.hand_out().quiet());
}

TEST_CASE_METHOD(LedgerFixture, "time in which neither a ledger nor its successor could write ages nobody") {
    const auto id = mailing_to(1);
    const Outcome greylisted{.kind = OutcomeKind::deferred, .stage = Stage::rcpt, .code = 451};
    const auto try_once = [&](Ledger& ledger) {
        ledger.step();
        const auto delivery = take(ledger);
        REQUIRE(delivery.has_value());
        ledger.hand_out().report(0, *delivery, greylisted);
        ledger.step();
    };
    {
        Ledger ledger(database, settings(), duties, observer, recall, clock, random);
        try_once(ledger);
    }
    clock.advance(72h);
    Ledger successor(database, settings(), duties, observer, recall, clock, random);
    try_once(successor);
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(deliveries->progress(id).waiting == 1);
}

TEST_CASE_METHOD(LedgerFixture,
                 "a second try that was under way while the machine slept for days ages nobody") {
    const auto id = mailing_to(1);
    const Outcome greylisted{.kind = OutcomeKind::deferred, .stage = Stage::rcpt, .code = 451};
    Ledger ledger(database, settings(), duties, observer, recall, clock, random);
    ledger.step();
    ledger.hand_out().report(0, take(ledger).value(), greylisted);
    ledger.step();
    clock.advance(10min);
    ledger.step();
    const auto delivery = take(ledger);
    REQUIRE(delivery.has_value());
    clock.advance(72h);
    ledger.hand_out().report(0, *delivery, greylisted);
    ledger.step();
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(deliveries->progress(id).waiting == 1);
}

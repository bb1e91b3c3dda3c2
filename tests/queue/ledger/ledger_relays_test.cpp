// What relays ask for, and what a person says about them, as the ledger keeps it on an injected clock.
#include <catch2/catch.hpp>

#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::LimitedLedger;

namespace {

constexpr const char* throttling = "454 Throttling failure: Maximum sending rate exceeded.";
constexpr const char* used_up = "550 5.4.5 Daily user sending limit exceeded.";

// A relay that takes so many in each second (or minute), and so many in all.
struct Allowing : LimitedLedger {
    Outcome answer(std::size_t lane, const Delivery& delivery) override {
        attempts += delivery.attempts;
        if (lane != 0) return LimitedLedger::answer(lane, delivery);
        if (sent_by_first == quota)
            return {
                .kind = OutcomeKind::relay_quota, .stage = Stage::final_dot, .code = 550, .text = used_up};
        const auto window = clock.now().time_since_epoch() / per;
        if (window != std::exchange(last_window, window)) in_window = 0;
        if (in_window == most) {
            ++refused;
            return {.kind = OutcomeKind::relay_slowed,
                    .stage = Stage::final_dot,
                    .code = 454,
                    .text = throttling};
        }
        ++in_window;
        ++sent_by_first;
        return LimitedLedger::answer(lane, delivery);
    }
    void order(const std::function<void(RelayOrders&)>& change, const std::string& relay = "main") {
        db::Transaction transaction(database);
        RelayOrders orders = relays->relay_orders(relay);
        change(orders);
        relays->save_relay_orders(relay, orders);
        transaction.commit();
    }
    void two_relays() {
        settings.lanes = {{.relay = "main", .connections = 10, .newsletters = newsletters},
                          {.relay = "second", .connections = 10, .newsletters = newsletters}};
    }
    int most = 1'000'000;
    Duration per = 1s;
    int quota = -1;
    int sent_by_first = 0;
    int refused = 0;
    unsigned attempts = 0;

  private:
    Duration::rep last_window = -1;
    int in_window = 0;
};

}  // namespace

TEST_CASE_METHOD(Allowing, "a relay that throttles gets what it takes and nobody's attempt is counted") {
    most = 5;
    start();
    mailing_in({"a.example"}, 40);
    work(12s);
    CHECK(sent["a.example"] == 40);
    CHECK(attempts == 0);
    CHECK(integer("SELECT sum(attempts) FROM deliveries") == 40);  // each the one that was accepted
    CHECK(said == std::vector<std::string>{"slowed main"});
    CHECK(slowed_to == Approx(5 * 0.97));
    CHECK(slowed_words == throttling);
}

TEST_CASE_METHOD(Allowing, "what is claimed for a relay that throttles goes over another one") {
    most = 1;
    two_relays();
    start();
    mailing_in({"a.example"}, 200);
    work(5s);
    CHECK(sent["a.example"] == 200);
    CHECK(sent_by["second"] >= 190);
    CHECK(attempts == 0);
}

TEST_CASE_METHOD(Allowing, "a learned rate is kept over a restart") {
    most = 5;
    start();
    mailing_in({"a.example"}, 200);
    work(5s);
    const int before = refused;
    start();
    work(4s);
    CHECK(refused == before);
    CHECK(relays->relay_lessons("main").pace.words == throttling);
}

TEST_CASE_METHOD(Allowing,
                 "a quota that is used up lets the relay rest in growing steps and refuses nobody") {
    quota = 50;
    start();
    const auto id = mailing_in({"a.example"}, 100);
    work_now();
    CHECK(sent["a.example"] == 50);
    CHECK(ledger->hand_out().quiet());  // `run --once` ends
    CHECK(deliveries->progress(id).waiting == 50);
    for (const Duration wait : {Duration(5min), Duration(10min), Duration(20min), Duration(40min),
                                Duration(80min), Duration(2h), Duration(2h)}) {
        CHECK(relays->relay_health("main").next_attempt == clock.now() + wait);
        clock.advance(wait);
        work_now();
    }
    CHECK(said == std::vector<std::string>{"rests main"});
    CHECK(deliveries->progress(id).failed == 0);
    quota = -1;
    clock.advance(2h);
    work_now();
    CHECK(sent["a.example"] == 100);
    CHECK(said == std::vector<std::string>{"rests main", "up main"});
    CHECK(attempts == 0);
}

TEST_CASE_METHOD(Allowing, "a quota's rest expires nobody and goes on after a restart") {
    settings.retry.give_up_after = 1h;
    quota = 10;
    start();
    const auto id = mailing_in({"a.example"}, 20);
    work_now();
    clock.advance(4min);
    start();
    work_now();
    CHECK(deliveries->progress(id).waiting == 10);
    for (int i = 0; i < 50; ++i) {
        clock.advance(2h);
        work_now();
    }
    quota = -1;
    clock.advance(2h);
    work_now();
    CHECK(deliveries->progress(id).sent == 20);
}

TEST_CASE_METHOD(Allowing, "a paused relay claims nothing until it is resumed and says so") {
    order([this](RelayOrders& orders) { orders.paused = clock.now(); });
    start();
    mailing_in({"a.example"}, 10);
    work(1s);
    CHECK(sent["a.example"] == 0);
    CHECK(ledger->hand_out().quiet());
    CHECK(said == std::vector<std::string>{"paused main"});
    CHECK(ledger->line(0).paused());
}

TEST_CASE_METHOD(LimitedLedger, "the delivery that tells whether a relay is back waits for a courier") {
    start();
    mailing_in({"a.example"}, 3);
    ledger->step();
    for (Delivery& delivery : ledger->hand_out().take(0, 10))
        ledger->hand_out().report(0, std::move(delivery),
                                  {.kind = OutcomeKind::relay_trouble, .text = "Connection refused"});
    ledger->step();
    clock.advance(6s);
    CHECK(ledger->step());  // claims the one
    const auto one = ledger->hand_out().outstanding_ids();
    CHECK(one.size() == 1);
    CHECK_FALSE(ledger->step());
    CHECK(ledger->hand_out().outstanding_ids() == one);
    CHECK(ledger->hand_out().take(0, 10).size() == 1);
    CHECK_FALSE(ledger->step());
    CHECK(ledger->hand_out().outstanding_ids() == one);
}

TEST_CASE_METHOD(LimitedLedger, "what goes back before a courier took it is not recalled any more") {
    start();
    const auto id = mailing_in({"a.example"}, 2);
    ledger->step();
    auto taken = ledger->hand_out().take(0, 1);
    REQUIRE(taken.size() == 1);
    recall.add(ledger->hand_out().outstanding_ids());  // as for a pause by another process
    ledger->hand_out().report(0, taken[0],
                              {.kind = OutcomeKind::rejected_message, .code = 552, .text = "no"});
    ledger->step();  // which pauses the mailing, and takes the other one back
    REQUIRE(mailings->mailing(id)->state == MailingState::paused);
    CHECK(ledger->hand_out().outstanding_ids().empty());
    mailings->resume(id, clock.now());
    ledger->step();
    taken = ledger->hand_out().take(0, 10);
    CHECK(taken.size() == 2);
    for (const Delivery& delivery : taken) CHECK_FALSE(recall.contains(delivery.id));
}

TEST_CASE_METHOD(LimitedLedger, "what is remembered of a relay names no reader") {
    const auto [kind, text] =
        GENERATE(std::pair(OutcomeKind::relay_quota, "5.4.5 <reader0@a.example> is one too many"),
                 std::pair(OutcomeKind::relay_trouble, "out of order, not for READER0@a.example"),
                 std::pair(OutcomeKind::relay_slowed, "slow down, reader0@a.example"));
    start();
    mailing_in({"a.example"}, 1);
    ledger->step();
    auto taken = ledger->hand_out().take(0, 1);
    REQUIRE(taken.at(0).recipient == "reader0@a.example");
    ledger->hand_out().report(0, taken[0], {.kind = kind, .stage = Stage::rcpt, .code = 450, .text = text});
    ledger->step();
    const std::string words = kind == OutcomeKind::relay_slowed ? relays->relay_lessons("main").pace.words
                                                                : relays->relay_health("main").reason;
    CHECK(words.starts_with("450 "));
    CHECK(words.find("the reader") != std::string::npos);
    CHECK(integer("SELECT count(*) FROM attempts WHERE lower(text) LIKE '%reader0@a.example%'") == 1);
}

TEST_CASE_METHOD(Allowing, "what a paused relay does not carry goes over the others") {
    order([this](RelayOrders& orders) { orders.paused = clock.now(); });
    two_relays();
    start();
    mailing_in({"a.example"}, 30);
    work_now();
    CHECK(sent_by["second"] == 30);
}

TEST_CASE_METHOD(Allowing, "what couriers learn of sessions is stored and handed to the next run") {
    start();
    ledger->line(0).used_up(10, true, "452 4.5.3 too many messages");
    ledger->step();
    CHECK(said == std::vector<std::string>{"messages main"});
    CHECK(relays->relay_lessons("main").messages.messages == 10);
    start();
    CHECK(ledger->line(0).messages() == 10);
}

// An order is noticed when another connection has written: here, when the ledger begins.
TEST_CASE("orders and lessons are stored apart and both survive") {
    test::QueueFixture f;
    f.relays->save_relay_orders("main", {.paused = f.clock.now(), .resumed = 3, .forgotten = 2});
    CHECK(f.relays->relay_orders("main") == RelayOrders{f.clock.now(), 3, 2});
    CHECK(f.relays->relay_orders("other") == RelayOrders{});
    RelayLessons lessons;
    lessons.connections.refused(3, "421 too many", f.clock.now());
    f.relays->save_relay_lessons("main", lessons);
    CHECK(f.relays->relay_lessons("main").connections == lessons.connections);
    f.relays->save_relay_lessons("main", {});
    CHECK_FALSE(f.relays->relay_lessons("main").any());
}

// Cancelling in short pieces, sending again, and the queue seen from different sides.
#include <catch2/catch.hpp>

#include "queue/admin/queue_control.hpp"
#include "queue/admin/queue_overview.hpp"
#include "queue/fixture.hpp"
#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture,
                 "nothing of a cancelled mailing is claimed, though its rows are not swept yet") {
    const auto id = mailing_to(5);
    mailings->cancel(id, clock.now());
    CHECK(deliveries->progress(id).waiting == 5);
    CHECK(claim(newsletters, 5, clock.now()).empty());
    CHECK_FALSE(deliveries->next_due().has_value());
}

TEST_CASE_METHOD(QueueFixture, "a sweep cancels a bounded number, deferred and held ones among them") {
    const auto id = mailing_to(5);
    const auto taken = claim(newsletters, 2, clock.now());
    record(taken[0], OutcomeKind::deferred, DeliveryState::deferred);
    record(taken[1], OutcomeKind::in_doubt, DeliveryState::held);
    mailings->cancel(id, clock.now());
    CHECK(deliveries->sweep_cancelled(3, clock.now()) == 3);
    CHECK(deliveries->sweep_cancelled(3, clock.now()) == 2);
    CHECK(deliveries->sweep_cancelled(3, clock.now()) == 0);
    CHECK(deliveries->progress(id).dropped == 5);
    CHECK(mailings->mailing(id)->state == MailingState::cancelled);
}

TEST_CASE_METHOD(QueueFixture,
                 "what has ended without being sent can be queued again, and what was sent cannot") {
    const auto id = mailing_to(4);
    const auto taken = claim(newsletters, 4, clock.now());
    record(taken[0], OutcomeKind::accepted, DeliveryState::sent);
    record(taken[1], OutcomeKind::rejected_policy, DeliveryState::refused);
    record(taken[2], OutcomeKind::rejected_recipient, DeliveryState::bounced);
    record(taken[3], OutcomeKind::deferred, DeliveryState::expired);
    REQUIRE(mailings->mailing(id)->state == MailingState::done);
    std::vector<std::int64_t> all;
    for (const DeliveryRow& row : deliveries->deliveries_after(id, 0, 10)) all.push_back(row.id);
    REQUIRE(all.size() == 4);
    CHECK(deliveries->queue_again(id, all, clock.now()) == 3);
    CHECK(mailings->mailing(id)->state == MailingState::sending);
    CHECK_FALSE(mailings->mailing(id)->finished.has_value());
    CHECK(deliveries->progress(id).sent == 1);
    const auto again = claim(newsletters, 10, clock.now());
    REQUIRE(again.size() == 3);
    for (const Delivery& delivery : again) {
        CHECK(delivery.attempts == 0);
        CHECK(delivery.tries == 1);
        record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    }
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture, "a delivery that waits, is under way or is held is not queued again") {
    const auto id = mailing_to(3);
    const auto taken = claim(newsletters, 2, clock.now());
    record(taken[0], OutcomeKind::in_doubt, DeliveryState::held);
    std::vector<std::int64_t> all;
    for (const DeliveryRow& row : deliveries->deliveries_after(id, 0, 10)) all.push_back(row.id);
    CHECK(deliveries->queue_again(id, all, clock.now()) == 0);
}

TEST_CASE_METHOD(QueueFixture, "a fan-out that a cancelling broke off goes on only when that is asked for") {
    const auto id =
        mailings
            ->create_mailing({.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now()},
                             clock.now())
            .value();
    mailings->start_due(clock.now());
    deliveries->add_deliveries(id, std::vector<Addressee>{{1, "a@example.org"}}, clock.now());
    mailings->cancel(id, clock.now());
    deliveries->sweep_cancelled(10, clock.now());
    CHECK(deliveries->queue_again(id, std::vector<std::int64_t>{1}, clock.now()) == 1);
    CHECK(mailings->mailing(id)->state == MailingState::sending);
    CHECK(mailings->fanning(1).empty());
    mailings->resume_fan_out(id);
    REQUIRE(mailings->fanning(1).size() == 1);
    CHECK(mailings->fanning(1).front().fan_out_cursor == 1);
}

TEST_CASE_METHOD(QueueFixture,
                 "the queue is counted by domain, state and newsletter, without what is final") {
    const auto id = mailing_to(3);
    deliveries->add_deliveries(id, std::vector<Addressee>{{8, "a@Other.example"}, {9, "b@other.example"}},
                               clock.now());
    const auto taken = claim(newsletters, 2, clock.now());
    record(taken[0], OutcomeKind::accepted, DeliveryState::sent);
    QueueOverview overview(database);
    const auto domains = overview.by_domain(10);
    REQUIRE(domains.size() == 2);
    CHECK(domains[0].domain == "example.org");
    CHECK(domains[0].waiting == 2);
    CHECK(domains[0].sending == 1);
    CHECK(domains[1].domain == "other.example");
    CHECK(domains[1].waiting == 2);
    CHECK(domains[1].next_due == clock.now());
    const auto states = overview.by_state();
    REQUIRE(states.size() == 2);
    CHECK(states[0].state == DeliveryState::queued);
    CHECK(states[0].count == 3);
    CHECK(states[1].state == DeliveryState::sending);
    CHECK(overview.by_newsletter() == std::map<std::string, std::int64_t>{{"notes", 4}});
    CHECK(overview.by_domain(1).size() == 1);
}

TEST_CASE_METHOD(QueueFixture, "a mailing that waits for its moment can be cancelled and never begins") {
    const auto id =
        mailings
            ->create_mailing(
                {.newsletter = "notes", .post_id = 1, .key = "k", .not_before = clock.now() + 24h},
                clock.now())
            .value();
    REQUIRE(mailings->mailing(id)->state == MailingState::scheduled);
    CHECK(mailings->cancel(id, clock.now()).empty());
    CHECK(mailings->mailing(id)->state == MailingState::cancelled);
    CHECK(mailings->mailing(id)->finished == clock.now());
    clock.advance(48h);
    CHECK(mailings->start_due(clock.now()) == 0);
    CHECK(mailings->fanning(1).empty());
    CHECK_FALSE(deliveries->next_due().has_value());
    CHECK_FALSE(mailings->resume(id, clock.now()));
}

TEST_CASE_METHOD(QueueFixture, "mail that is queued again has all its time until it is given up") {
    const auto id = mailing_to(1);
    const auto taken = claim(newsletters, 1, clock.now());
    record(taken.at(0), OutcomeKind::deferred, DeliveryState::expired, 1h);
    CHECK(deliveries->queue_again(id, std::vector<std::int64_t>{taken[0].id}, clock.now()) == 1);
    const Delivery again = claim(newsletters, 1, clock.now()).at(0);
    CHECK(again.waited == 0h);
}

TEST_CASE_METHOD(QueueFixture, "the time for which a mailing was paused does not run towards giving up") {
    const auto id = mailing_to(2);
    const auto taken = claim(newsletters, 2, clock.now());
    record(taken.at(0), OutcomeKind::deferred, DeliveryState::deferred, 1h);
    record(taken.at(1), OutcomeKind::accepted, DeliveryState::sent);
    mailings->pause(id, "by hand");
    clock.advance(72h);
    CHECK(mailings->resume(id, clock.now()));
    CHECK(claim(newsletters, 1, clock.now()).at(0).waited == 1h);
}

TEST_CASE_METHOD(QueueFixture, "a fan-out that goes on does not end a pause") {
    const auto id = fanning_mailing();
    deliveries->add_deliveries(id, std::vector<Addressee>{{1, "a@example.org"}}, clock.now());
    mailings->cancel(id, clock.now());
    deliveries->sweep_cancelled(10, clock.now());
    REQUIRE(deliveries->queue_again(id, std::vector<std::int64_t>{1}, clock.now()) == 1);
    REQUIRE(mailings->pause(id, paused_by_hand));
    mailings->resume_fan_out(id);
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    REQUIRE(mailings->resume(id, clock.now()));
    CHECK(mailings->mailing(id)->state == MailingState::fanning);
}

namespace {

// A mailing that is cancelled while a courier holds a copy of it, and sent again at once.
struct SentAgainAtOnce : QueueFixture {
    std::int64_t id = mailing_to(1);
    Delivery taken = claim(newsletters, 1, clock.now()).at(0);

    SentAgainAtOnce() {
        mailings->cancel(id, clock.now());
        REQUIRE(deliveries->queue_again(id, std::vector<std::int64_t>{taken.id}, clock.now()) == 1);
    }
    DeliveryState state() { return deliveries->deliveries_after(id, 0, 1).at(0).state; }
};

}  // namespace

TEST_CASE_METHOD(SentAgainAtOnce, "a relay's acceptance counts though the copy was queued again meanwhile") {
    record(taken, OutcomeKind::accepted, DeliveryState::sent);
    CHECK(state() == DeliveryState::sent);
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(SentAgainAtOnce, "a doubt counts though the copy was queued again meanwhile") {
    const bool ended = deliveries->record(
        taken, {.kind = OutcomeKind::in_doubt},
        {.state = DeliveryState::in_doubt, .due = clock.now() + 5min, .counted = true, .doubted = true},
        "main", clock.now());
    CHECK_FALSE(ended);
    CHECK(state() == DeliveryState::in_doubt);
    CHECK(claim(newsletters, 1, clock.now()).empty());
    CHECK(claim(newsletters, 1, clock.now() + 5min).at(0).doubts == 1);
}

TEST_CASE_METHOD(SentAgainAtOnce, "a doubt about a copy that a person holds meanwhile leaves it held") {
    queue::QueueControl(database).apply(QueueAction::hold, {.mailing_id = id}, false, clock.now());
    deliveries->record(
        taken, {.kind = OutcomeKind::in_doubt},
        {.state = DeliveryState::in_doubt, .due = clock.now(), .counted = true, .doubted = true}, "main",
        clock.now());
    CHECK(state() == DeliveryState::held);
}

TEST_CASE_METHOD(SentAgainAtOnce,
                 "a refusal of a copy that was queued again meanwhile lets it be tried again") {
    record(taken, OutcomeKind::rejected_policy, DeliveryState::refused);
    CHECK(state() == DeliveryState::queued);
    CHECK(claim(newsletters, 1, clock.now()).size() == 1);
}

TEST_CASE_METHOD(test::LimitedLedger,
                 "a copy that is queued again while a courier holds it goes to no second one") {
    settings.providers = std::make_shared<Providers>();
    start();
    const auto id = mailing_in({"example.org"}, 2);
    ledger->step();
    auto with_courier = ledger->hand_out().take(0, 1);
    REQUIRE(with_courier.size() == 1);
    recall.add(mailings->cancel(id, clock.now()));
    std::vector<std::int64_t> both;
    for (const DeliveryRow& row : deliveries->deliveries_after(id, 0, 10)) both.push_back(row.id);
    REQUIRE(deliveries->queue_again(id, both, clock.now()) == 2);
    for (int i = 0; i < 3; ++i) ledger->step();
    for (const Delivery& delivery : ledger->hand_out().take(0, 10)) CHECK(delivery.id != with_courier[0].id);

    ledger->hand_out().report(0, with_courier[0], {.kind = OutcomeKind::withdrawn, .stage = Stage::data});
    for (int i = 0; i < 3; ++i) ledger->step();
    const auto again = ledger->hand_out().take(0, 10);
    REQUIRE(again.size() == 1);
    CHECK(again[0].id == with_courier[0].id);
    CHECK_FALSE(recall.contains(again[0].id));
}

#include "queue/queue_store.hpp"

#include <catch2/catch.hpp>

#include "queue/delivery_log.hpp"
#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture, "a post is mailed once, however often it is offered") {
    const NewMailing mailing{
        .newsletter = "notes", .post_id = 7, .title = "t", .key = "k", .not_before = clock.now()};
    CHECK(store->create_mailing(mailing, clock.now()).has_value());
    CHECK_FALSE(store->create_mailing(mailing, clock.now()).has_value());
}

TEST_CASE_METHOD(QueueFixture, "a scheduled mailing starts when its time has come") {
    store->create_mailing({.newsletter = "notes", .post_id = 1, .not_before = clock.now() + 1h}, clock.now());
    CHECK(store->start_due(clock.now()) == 0);
    CHECK(store->next_due() == clock.now() + 1h);
    clock.advance(1h);
    CHECK(store->start_due(clock.now()) == 1);
    REQUIRE(store->fanning(1).size() == 1);
}

TEST_CASE_METHOD(QueueFixture,
                 "a subscriber gets one delivery of a mailing, however often the fan-out repeats") {
    const auto id = mailing_to(3);
    store->add_deliveries(id, std::vector<Addressee>{{2, "reader2@example.org"}, {9, "late@example.org"}},
                          clock.now());
    CHECK(store->progress(id).waiting == 4);
    CHECK(store->mailing(id)->fan_out_cursor == 9);
}

TEST_CASE_METHOD(QueueFixture, "what is claimed is sending and is not claimed again") {
    mailing_to(3);
    const auto first = store->claim(newsletters, 2, clock.now());
    REQUIRE(first.size() == 2);
    CHECK(first[0].recipient == "reader1@example.org");
    const auto second = store->claim(newsletters, 10, clock.now());
    REQUIRE(second.size() == 1);
    CHECK(second[0].subscriber_id == 3);
    CHECK(store->claim(newsletters, 10, clock.now()).empty());
}

TEST_CASE_METHOD(QueueFixture, "a claim takes only the newsletters that it asks for") {
    mailing_to(2, 1, 1, "other");
    CHECK(store->claim(newsletters, 10, clock.now()).empty());
}

TEST_CASE_METHOD(QueueFixture,
                 "mailings are served in turn, so that a large one does not hold up a small one") {
    const auto large = mailing_to(100, 1, 1);
    const auto small = mailing_to(2, 2, 1);
    const auto claimed = store->claim(newsletters, 10, clock.now());
    const auto of_small = std::ranges::count(claimed, small, &Delivery::mailing_id);
    CHECK(of_small == 2);
    CHECK(std::ranges::count(claimed, large, &Delivery::mailing_id) == 8);
}

TEST_CASE_METHOD(QueueFixture, "small claims rotate through the mailings") {
    mailing_to(5, 1, 1);
    mailing_to(5, 2, 1);
    mailing_to(5, 3, 1);
    std::vector<std::int64_t> served;
    for (int i = 0; i < 6; ++i) served.push_back(store->claim(newsletters, 1, clock.now()).at(0).mailing_id);
    CHECK(served == std::vector<std::int64_t>{1, 2, 3, 1, 2, 3});
}

TEST_CASE_METHOD(QueueFixture, "personal mail is claimed before any newsletter") {
    mailing_to(5, 1, 1);
    const auto personal = mailing_to(1, 2, 50, "notes", MailingKind::personal);
    const auto claimed = store->claim(newsletters, 1, clock.now());
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].mailing_id == personal);
}

TEST_CASE_METHOD(QueueFixture, "a deferred delivery is claimed when it is due, with its count of attempts") {
    mailing_to(1);
    const auto delivery = store->claim(newsletters, 1, clock.now()).at(0);
    store->record(delivery, {.kind = OutcomeKind::deferred, .code = 451},
                  {.state = DeliveryState::deferred, .due = clock.now() + 5min, .counted = true}, "main",
                  clock.now());
    CHECK(store->claim(newsletters, 1, clock.now() + 5min - 1ms).empty());
    CHECK(store->next_due() == clock.now() + 5min);
    const auto again = store->claim(newsletters, 1, clock.now() + 5min);
    REQUIRE(again.size() == 1);
    CHECK(again[0].attempts == 1);
    CHECK(again[0].tries == 1);
}

TEST_CASE_METHOD(QueueFixture, "a mailing is done when its last delivery is final") {
    const auto id = mailing_to(2);
    for (const auto& delivery : store->claim(newsletters, 2, clock.now())) {
        CHECK(store->mailing(id)->state == MailingState::sending);
        record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    }
    CHECK(store->mailing(id)->state == MailingState::done);
    CHECK(store->progress(id).sent == 2);
    CHECK_FALSE(store->next_due().has_value());
}

TEST_CASE_METHOD(QueueFixture, "a mailing without subscribers is done at once") {
    const auto id = mailing_to(0);
    CHECK(store->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture, "a paused mailing is not claimed and goes on where it stood") {
    const auto id = mailing_to(2);
    CHECK(store->pause(id, "by hand"));
    CHECK(store->claim(newsletters, 2, clock.now()).empty());
    CHECK_FALSE(store->next_due().has_value());
    CHECK(store->mailing(id)->pause_reason == "by hand");
    CHECK(store->resume(id, clock.now()));
    CHECK(store->claim(newsletters, 2, clock.now()).size() == 2);
}

TEST_CASE_METHOD(QueueFixture, "a mailing is not done while readers are still to be added") {
    const auto id = fanning_mailing();
    store->add_deliveries(id, std::vector<Addressee>{{1, "reader1@example.org"}}, clock.now());
    record(store->claim(newsletters, 1, clock.now()).at(0), OutcomeKind::accepted, DeliveryState::sent);
    CHECK(store->mailing(id)->state == MailingState::fanning);
    store->add_deliveries(id, std::vector<Addressee>{{2, "reader2@example.org"}}, clock.now());
    store->finish_fan_out(id, clock.now());
    CHECK(store->mailing(id)->state == MailingState::sending);
}

TEST_CASE_METHOD(QueueFixture, "a mailing that was paused in the middle of its fan-out goes on with it") {
    const auto id = fanning_mailing();
    store->add_deliveries(id, std::vector<Addressee>{{1, "reader1@example.org"}}, clock.now());
    CHECK(store->pause(id, "by hand"));
    CHECK(store->fanning(1).empty());
    CHECK(store->resume(id, clock.now()));
    REQUIRE(store->fanning(1).size() == 1);
    CHECK(store->fanning(1).front().fan_out_cursor == 1);
}

TEST_CASE_METHOD(QueueFixture,
                 "pausing a newsletter stops what is planned, what is fanned out and what is sent") {
    const auto sending = mailing_to(1, 1);
    const auto fanning = fanning_mailing(2);
    const auto planned = store->create_mailing({.newsletter = "notes",
                                                .post_id = 3,
                                                .title = "Tomorrow",
                                                .key = "k",
                                                .not_before = clock.now() + 24h},
                                               clock.now());
    const auto other = mailing_to(1, 4, 1, "other");
    CHECK(store->pause_newsletter("notes", "the sender was refused") == 3);
    for (const auto id : {sending, fanning, planned.value()}) {
        CHECK(store->mailing(id)->state == MailingState::paused);
        CHECK(store->mailing(id)->pause_reason == "the sender was refused");
    }
    CHECK(store->mailing(other)->state == MailingState::sending);
}

TEST_CASE_METHOD(QueueFixture, "a reader who leaves is withdrawn from a paused mailing too") {
    const auto id = mailing_to(2);
    store->pause(id, "by hand");
    store->withdraw("notes", 1, DeliveryState::cancelled, clock.now());
    CHECK(store->progress(id).dropped == 1);
    store->resume(id, clock.now());
    CHECK(store->claim(newsletters, 2, clock.now()).size() == 1);
}

TEST_CASE_METHOD(QueueFixture, "a finished mailing can be neither paused nor resumed nor cancelled") {
    const auto id = mailing_to(0);
    CHECK_FALSE(store->pause(id, "too late"));
    CHECK_FALSE(store->resume(id, clock.now()));
    store->cancel(id, clock.now());
    CHECK(store->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture, "cancelling a mailing cancels what waits and names what couriers hold") {
    const auto id = mailing_to(3);
    const auto held = store->claim(newsletters, 1, clock.now()).at(0);
    CHECK(store->cancel(id, clock.now()) == std::vector<std::int64_t>{held.id});
    CHECK(store->progress(id).dropped == 1);
    CHECK(store->sweep_cancelled(100, clock.now()) == 2);
    CHECK(store->progress(id).dropped == 3);
    CHECK(store->claim(newsletters, 3, clock.now()).empty());
}

TEST_CASE_METHOD(QueueFixture, "a reader who leaves is withdrawn from that newsletter's mailings alone") {
    const auto notes = mailing_to(2, 1, 1, "notes");
    const auto other = mailing_to(2, 2, 1, "other");
    CHECK(store->withdraw("notes", 1, DeliveryState::cancelled, clock.now()).empty());
    CHECK(store->progress(notes).dropped == 1);
    CHECK(store->progress(other).dropped == 0);
}

TEST_CASE_METHOD(QueueFixture, "suppressing a reader withdraws deliveries of all newsletters") {
    const auto notes = mailing_to(2, 1, 1, "notes");
    const auto other = mailing_to(2, 2, 1, "other");
    store->withdraw("", 2, DeliveryState::suppressed, clock.now());
    CHECK(store->progress(notes).dropped == 1);
    CHECK(store->progress(other).dropped == 1);
}

TEST_CASE_METHOD(QueueFixture,
                 "a delivery cancelled while a courier holds it stays cancelled, whatever the reply") {
    const auto id = mailing_to(1);
    const auto delivery = store->claim(newsletters, 1, clock.now()).at(0);
    CHECK(store->withdraw("notes", 1, DeliveryState::cancelled, clock.now()) ==
          std::vector<std::int64_t>{delivery.id});
    CHECK(store->no_longer_sending(std::vector{delivery.id}) == std::vector<std::int64_t>{delivery.id});
    record(delivery, OutcomeKind::deferred, DeliveryState::deferred);
    CHECK(store->progress(id).dropped == 1);
    CHECK(store->claim(newsletters, 1, clock.now() + 24h).empty());
    CHECK(store->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture,
                 "a delivery that the relay had accepted before it was cancelled is shown as sent") {
    const auto id = mailing_to(1);
    const auto delivery = store->claim(newsletters, 1, clock.now()).at(0);
    store->withdraw("notes", 1, DeliveryState::cancelled, clock.now());
    record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    CHECK(store->progress(id).sent == 1);
}

TEST_CASE_METHOD(QueueFixture, "after a crash, what was sending is a doubt on record and is sent once more") {
    const auto id = mailing_to(3);
    const auto claimed = store->claim(newsletters, 2, clock.now());
    CHECK(store->recover_interrupted({}, config::OnDoubt::resend, clock.now(), random) == 2);
    CHECK(store->progress(id).waiting == 3);
    CHECK(store->claim(newsletters, 3, clock.now()).size() == 1);  // not before the retry interval
    const auto again = store->claim(newsletters, 3, clock.now() + 6min);
    REQUIRE(again.size() == 2);
    CHECK(again[0].doubts == 1);
    std::vector<OutcomeKind> kinds;
    DeliveryLog(database).each({}, [&](const LogLine& line) { kinds.push_back(line.outcome.kind); });
    CHECK(kinds == std::vector{OutcomeKind::in_doubt, OutcomeKind::in_doubt});
}

TEST_CASE_METHOD(QueueFixture, "a second doubt waits for a person") {
    const auto id = mailing_to(1);
    for (int crash = 0; crash < 2; ++crash) {
        clock.advance(1h);
        REQUIRE(store->claim(newsletters, 1, clock.now()).size() == 1);
        store->recover_interrupted({}, config::OnDoubt::resend, clock.now(), random);
    }
    CHECK(store->progress(id).held == 1);
    CHECK_FALSE(store->next_due().has_value());
}

TEST_CASE_METHOD(QueueFixture, "a perhaps-bad address is remembered across mailings") {
    mailing_to(1, 1);
    const auto delivery = store->claim(newsletters, 1, clock.now()).at(0);
    record(delivery, OutcomeKind::perhaps_recipient, DeliveryState::bounced);
    const auto later = clock.now() + 72h;
    CHECK(store->doubted_before(1, 99, later - 72h));
    CHECK_FALSE(store->doubted_before(1, delivery.mailing_id, later - 72h));
    CHECK_FALSE(store->doubted_before(1, 99, clock.now() - 1ms));
    CHECK_FALSE(store->doubted_before(2, 99, later));
}

TEST_CASE_METHOD(QueueFixture, "a relay's health survives a restart") {
    RelayHealth health;
    health.trouble(clock.now(), "421 closing");
    store->save_relay_health("main", health);
    CHECK(store->relay_health("main") == health);
    CHECK(store->relay_health("unknown") == RelayHealth{});
}

#include "queue/store/mailing_store.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture, "a post is mailed once, however often it is offered") {
    const NewMailing mailing{
        .newsletter = "notes", .post_id = 7, .title = "t", .key = "k", .not_before = clock.now()};
    CHECK(mailings->create_mailing(mailing, clock.now()).has_value());
    CHECK_FALSE(mailings->create_mailing(mailing, clock.now()).has_value());
}

TEST_CASE_METHOD(QueueFixture, "a scheduled mailing starts when its time has come") {
    mailings->create_mailing({.newsletter = "notes", .post_id = 1, .not_before = clock.now() + 1h},
                             clock.now());
    CHECK(mailings->start_due(clock.now()) == 0);
    CHECK(deliveries->next_due() == clock.now() + 1h);
    clock.advance(1h);
    CHECK(mailings->start_due(clock.now()) == 1);
    REQUIRE(mailings->fanning(1).size() == 1);
}

TEST_CASE_METHOD(QueueFixture, "a mailing is done when its last delivery is final") {
    const auto id = mailing_to(2);
    for (const auto& delivery : claim(newsletters, 2, clock.now())) {
        CHECK(mailings->mailing(id)->state == MailingState::sending);
        record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    }
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).sent == 2);
    CHECK_FALSE(deliveries->next_due().has_value());
}

TEST_CASE_METHOD(QueueFixture, "a mailing without subscribers is done at once") {
    const auto id = mailing_to(0);
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture, "a paused mailing is not claimed and goes on where it stood") {
    const auto id = mailing_to(2);
    CHECK(mailings->pause(id, "by hand"));
    CHECK(claim(newsletters, 2, clock.now()).empty());
    CHECK_FALSE(deliveries->next_due().has_value());
    CHECK(mailings->mailing(id)->pause_reason == "by hand");
    CHECK(mailings->resume(id, clock.now()));
    CHECK(claim(newsletters, 2, clock.now()).size() == 2);
}

TEST_CASE_METHOD(QueueFixture, "a mailing is not done while readers are still to be added") {
    const auto id = fanning_mailing();
    deliveries->add_deliveries(id, std::vector<Addressee>{{1, "reader1@example.org"}}, clock.now());
    record(claim(newsletters, 1, clock.now()).at(0), OutcomeKind::accepted, DeliveryState::sent);
    CHECK(mailings->mailing(id)->state == MailingState::fanning);
    deliveries->add_deliveries(id, std::vector<Addressee>{{2, "reader2@example.org"}}, clock.now());
    mailings->finish_fan_out(id, clock.now());
    CHECK(mailings->mailing(id)->state == MailingState::sending);
}

TEST_CASE_METHOD(QueueFixture, "a mailing that was paused in the middle of its fan-out goes on with it") {
    const auto id = fanning_mailing();
    deliveries->add_deliveries(id, std::vector<Addressee>{{1, "reader1@example.org"}}, clock.now());
    CHECK(mailings->pause(id, "by hand"));
    CHECK(mailings->fanning(1).empty());
    CHECK(mailings->resume(id, clock.now()));
    REQUIRE(mailings->fanning(1).size() == 1);
    CHECK(mailings->fanning(1).front().fan_out_cursor == 1);
}

TEST_CASE_METHOD(QueueFixture,
                 "pausing a newsletter stops what is planned, what is fanned out and what is sent") {
    const auto sending = mailing_to(1, 1);
    const auto fanning = fanning_mailing(2);
    const auto planned = mailings->create_mailing({.newsletter = "notes",
                                                   .post_id = 3,
                                                   .title = "Tomorrow",
                                                   .key = "k",
                                                   .not_before = clock.now() + 24h},
                                                  clock.now());
    const auto other = mailing_to(1, 4, 1, "other");
    CHECK(mailings->pause_newsletter("notes", "the sender was refused") == 3);
    for (const auto id : {sending, fanning, planned.value()}) {
        CHECK(mailings->mailing(id)->state == MailingState::paused);
        CHECK(mailings->mailing(id)->pause_reason == "the sender was refused");
    }
    CHECK(mailings->mailing(other)->state == MailingState::sending);
}

TEST_CASE_METHOD(QueueFixture, "a finished mailing can be neither paused nor resumed nor cancelled") {
    const auto id = mailing_to(0);
    CHECK_FALSE(mailings->pause(id, "too late"));
    CHECK_FALSE(mailings->resume(id, clock.now()));
    mailings->cancel(id, clock.now());
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture, "cancelling a mailing cancels what waits and names what couriers hold") {
    const auto id = mailing_to(3);
    const auto held = claim(newsletters, 1, clock.now()).at(0);
    CHECK(mailings->cancel(id, clock.now()) == std::vector<std::int64_t>{held.id});
    CHECK(deliveries->progress(id).dropped == 1);
    CHECK(deliveries->sweep_cancelled(100, clock.now()) == 2);
    CHECK(deliveries->progress(id).dropped == 3);
    CHECK(claim(newsletters, 3, clock.now()).empty());
}

#include "queue/store/delivery_store.hpp"

#include <catch2/catch.hpp>

#include "queue/admin/delivery_log.hpp"
#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture,
                 "a subscriber gets one delivery of a mailing, however often the fan-out repeats") {
    const auto id = mailing_to(3);
    deliveries->add_deliveries(
        id, std::vector<Addressee>{{2, "reader2@example.org"}, {9, "late@example.org"}}, clock.now());
    CHECK(deliveries->progress(id).waiting == 4);
    CHECK(mailings->mailing(id)->fan_out_cursor == 9);
}

TEST_CASE_METHOD(QueueFixture, "a reader who leaves is withdrawn from a paused mailing too") {
    const auto id = mailing_to(2);
    mailings->pause(id, "by hand");
    deliveries->withdraw("notes", 1, DeliveryState::cancelled, clock.now());
    CHECK(deliveries->progress(id).dropped == 1);
    mailings->resume(id, clock.now());
    CHECK(claim(newsletters, 2, clock.now()).size() == 1);
}

TEST_CASE_METHOD(QueueFixture, "a reader who leaves is withdrawn from that newsletter's mailings alone") {
    const auto notes = mailing_to(2, 1, 1, "notes");
    const auto other = mailing_to(2, 2, 1, "other");
    CHECK(deliveries->withdraw("notes", 1, DeliveryState::cancelled, clock.now()).empty());
    CHECK(deliveries->progress(notes).dropped == 1);
    CHECK(deliveries->progress(other).dropped == 0);
}

TEST_CASE_METHOD(QueueFixture, "suppressing a reader withdraws deliveries of all newsletters") {
    const auto notes = mailing_to(2, 1, 1, "notes");
    const auto other = mailing_to(2, 2, 1, "other");
    deliveries->withdraw("", 2, DeliveryState::suppressed, clock.now());
    CHECK(deliveries->progress(notes).dropped == 1);
    CHECK(deliveries->progress(other).dropped == 1);
}

TEST_CASE_METHOD(QueueFixture,
                 "a delivery cancelled while a courier holds it stays cancelled, whatever the reply") {
    const auto id = mailing_to(1);
    const auto delivery = claim(newsletters, 1, clock.now()).at(0);
    CHECK(deliveries->withdraw("notes", 1, DeliveryState::cancelled, clock.now()) ==
          std::vector<std::int64_t>{delivery.id});
    CHECK(deliveries->no_longer_sending(std::vector{delivery.id}) == std::vector<std::int64_t>{delivery.id});
    record(delivery, OutcomeKind::deferred, DeliveryState::deferred);
    CHECK(deliveries->progress(id).dropped == 1);
    CHECK(claim(newsletters, 1, clock.now() + 24h).empty());
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(QueueFixture,
                 "a delivery that the relay had accepted before it was cancelled is shown as sent") {
    const auto id = mailing_to(1);
    const auto delivery = claim(newsletters, 1, clock.now()).at(0);
    deliveries->withdraw("notes", 1, DeliveryState::cancelled, clock.now());
    record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    CHECK(deliveries->progress(id).sent == 1);
}

TEST_CASE_METHOD(QueueFixture, "each attempt on record is a try, whatever has become of its delivery") {
    mailing_to(2);
    const auto claimed = claim(newsletters, 2, clock.now());
    REQUIRE(claimed.size() == 2);
    deliveries->withdraw("notes", 1, DeliveryState::left, clock.now());
    for (const Delivery& delivery : claimed) {
        CHECK(deliveries->find_claimed(delivery.id, 1, delivery.subscriber_id, 0));
        record(delivery, OutcomeKind::deferred, DeliveryState::deferred);
        CHECK_FALSE(deliveries->find_claimed(delivery.id, 1, delivery.subscriber_id, 0));
        CHECK(deliveries->find_claimed(delivery.id, 1, delivery.subscriber_id, 1));
    }
}

TEST_CASE_METHOD(QueueFixture,
                 "a claim is found by its mailing and its reader as well, with the delivery's state") {
    mailing_to(1);
    const auto delivery = claim(newsletters, 1, clock.now()).at(0);
    CHECK_FALSE(deliveries->find_claimed(delivery.id, 2, 1, 0));
    CHECK_FALSE(deliveries->find_claimed(delivery.id, 1, 2, 0));
    const auto found = deliveries->find_claimed(delivery.id, 1, 1, 0);
    REQUIRE(found);
    CHECK(found->state == DeliveryState::sending);
    CHECK(found->delivery.recipient == delivery.recipient);
}

TEST_CASE_METHOD(QueueFixture, "only what waits or is held is taken up again") {
    mailing_to(2);
    const auto claimed = claim(newsletters, 1, clock.now());
    REQUIRE(claimed.size() == 1);
    record(claimed[0], OutcomeKind::accepted, DeliveryState::sent);
    for (std::int64_t id = 1; id <= 2; ++id) deliveries->take_up(id);
    CHECK(deliveries->find_claimed(1, 1, 1, 1)->state == DeliveryState::sent);
    CHECK(deliveries->find_claimed(2, 1, 2, 0)->state == DeliveryState::sending);
}

TEST_CASE_METHOD(QueueFixture, "after a crash, what was sending is a doubt on record and is sent once more") {
    const auto id = mailing_to(3);
    const auto claimed = claim(newsletters, 2, clock.now());
    CHECK(deliveries->recover_interrupted({}, config::OnDoubt::resend, clock.now(), random) == 2);
    CHECK(deliveries->progress(id).waiting == 3);
    CHECK(claim(newsletters, 3, clock.now()).size() == 1);  // not before the retry interval
    const auto again = claim(newsletters, 3, clock.now() + 6min);
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
        REQUIRE(claim(newsletters, 1, clock.now()).size() == 1);
        deliveries->recover_interrupted({}, config::OnDoubt::resend, clock.now(), random);
    }
    CHECK(deliveries->progress(id).held == 1);
    CHECK_FALSE(deliveries->next_due().has_value());
}

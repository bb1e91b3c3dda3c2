#include "queue/store/drop_store.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using test::QueueFixture;

namespace {

struct TwoMailings : QueueFixture {
    std::int64_t heard = mailing_to(1, 1);  // the mailing that heard that the reader's address is bad
    std::int64_t other = mailing_to(2, 2);  // the same reader, and another one
    [[nodiscard]] std::vector<DeliveryRow> of(std::int64_t mailing) {
        return deliveries->deliveries_after(mailing, 0, 10);
    }
};

}  // namespace

TEST_CASE_METHOD(TwoMailings,
                 "what waits for the reader elsewhere is dropped, and nothing of the mailing itself") {
    drops->drop_elsewhere(heard, 1, clock.now());
    CHECK(of(heard).at(0).state == DeliveryState::queued);
    CHECK(of(other).at(0).state == DeliveryState::suppressed);
    CHECK(of(other).at(1).state == DeliveryState::queued);
    const auto dropped = drops->dropped_by(heard);
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].mailing_id == other);
    CHECK(dropped[0].newsletter == "notes");
    CHECK(dropped[0].subscriber_id == 1);
    CHECK(dropped[0].before == DeliveryState::queued);
}

TEST_CASE_METHOD(TwoMailings, "what is being sent is left to its own outcome") {
    const auto claimed = claim(newsletters, 10, clock.now());
    drops->drop_elsewhere(heard, 1, clock.now());
    CHECK(of(other).at(0).state == DeliveryState::sending);
    CHECK(drops->dropped_by(heard).empty());
}

TEST_CASE_METHOD(QueueFixture,
                 "a drop ends a mailing that waited for nothing else, and its restoring opens it again") {
    const auto heard = mailing_to(1, 1);
    const auto other = mailing_to(1, 2);
    drops->drop_elsewhere(heard, 1, clock.now());
    CHECK(mailings->mailing(other)->state == MailingState::done);
    drops->restore(drops->dropped_by(heard).at(0));
    CHECK(mailings->mailing(other)->state == MailingState::sending);
    CHECK(deliveries->progress(other).waiting == 1);
}

TEST_CASE_METHOD(TwoMailings, "a drop that somebody has done something else with is not restored") {
    drops->drop_elsewhere(heard, 1, clock.now());
    const auto dropped = drops->dropped_by(heard);
    deliveries->queue_again(other, std::vector<std::int64_t>{dropped.at(0).id}, clock.now());
    const auto claimed = claim(newsletters, 10, clock.now());
    drops->restore(dropped.at(0));
    CHECK(of(other).at(0).state == DeliveryState::sending);
}

TEST_CASE_METHOD(TwoMailings,
                 "drops are listed of one reader or of all, and not those in cancelled mailings") {
    const auto third = mailing_to(2, 3, 2);  // to the other reader, and to a third one
    drops->drop_elsewhere(heard, 1, clock.now());
    drops->drop_elsewhere(heard, 2, clock.now());
    CHECK(drops->dropped_by(heard).size() == 3);
    CHECK(drops->dropped_by(heard, 2).size() == 2);
    mailings->cancel(third, clock.now());
    CHECK(drops->dropped_by(heard, 2).size() == 1);
}

TEST_CASE_METHOD(TwoMailings, "drops are forgotten a few at a time") {
    drops->drop_elsewhere(heard, 1, clock.now());
    drops->drop_elsewhere(heard, 2, clock.now());
    CHECK(drops->forget_drops(other, 10) == 0);
    CHECK(drops->forget_drops(heard, 1) == 1);
    CHECK(drops->forget_drops(heard, 10) == 1);
    CHECK(drops->dropped_by(heard).empty());
}

TEST_CASE_METHOD(QueueFixture, "a mailing that has ended is looked at until its bounces stand") {
    const auto ended = mailing_to(0, 1);
    mailing_to(1, 2);
    CHECK(drops->newly_ended(10) == std::vector<std::int64_t>{ended});
    drops->bounces_stand(ended);
    CHECK(drops->newly_ended(10).empty());
}

TEST_CASE_METHOD(QueueFixture, "a bounce that is told after its mailing has ended is made final too") {
    const auto ended = mailing_to(1);
    const auto other = mailing_to(1, 2);
    mailings->cancel(ended, clock.now());
    REQUIRE(drops->newly_ended(1) == std::vector{ended});
    drops->bounces_stand(ended);
    REQUIRE(drops->newly_ended(1).empty());
    drops->drop_elsewhere(ended, 1, clock.now());
    CHECK(deliveries->progress(other).dropped == 1);
    CHECK(drops->newly_ended(1) == std::vector{ended});
}

#include "queue/ledger/claim.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture, "what is claimed is sending and is not claimed again") {
    mailing_to(3);
    const auto first = claim(newsletters, 2, clock.now());
    REQUIRE(first.size() == 2);
    CHECK(first[0].recipient == "reader1@example.org");
    const auto second = claim(newsletters, 10, clock.now());
    REQUIRE(second.size() == 1);
    CHECK(second[0].subscriber_id == 3);
    CHECK(claim(newsletters, 10, clock.now()).empty());
}

TEST_CASE_METHOD(QueueFixture, "a claim takes only the newsletters that it asks for") {
    mailing_to(2, 1, 1, "other");
    CHECK(claim(newsletters, 10, clock.now()).empty());
}

TEST_CASE_METHOD(QueueFixture,
                 "mailings are served in turn, so that a large one does not hold up a small one") {
    const auto large = mailing_to(100, 1, 1);
    const auto small = mailing_to(2, 2, 1);
    const auto claimed = claim(newsletters, 10, clock.now());
    const auto of_small = std::ranges::count(claimed, small, &Delivery::mailing_id);
    CHECK(of_small == 2);
    CHECK(std::ranges::count(claimed, large, &Delivery::mailing_id) == 8);
}

TEST_CASE_METHOD(QueueFixture, "small claims rotate through the mailings") {
    mailing_to(5, 1, 1);
    mailing_to(5, 2, 1);
    mailing_to(5, 3, 1);
    std::vector<std::int64_t> served;
    for (int i = 0; i < 6; ++i) served.push_back(claim(newsletters, 1, clock.now()).at(0).mailing_id);
    CHECK(served == std::vector<std::int64_t>{1, 2, 3, 1, 2, 3});
}

TEST_CASE_METHOD(QueueFixture, "personal mail is claimed before any newsletter") {
    mailing_to(5, 1, 1);
    const auto personal = mailing_to(1, 2, 50, "notes", MailingKind::personal);
    const auto claimed = claim(newsletters, 1, clock.now());
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].mailing_id == personal);
}

TEST_CASE_METHOD(QueueFixture, "a deferred delivery is claimed when it is due, with its count of attempts") {
    mailing_to(1);
    const auto delivery = claim(newsletters, 1, clock.now()).at(0);
    deliveries->record(delivery, {.kind = OutcomeKind::deferred, .code = 451},
                       {.state = DeliveryState::deferred, .due = clock.now() + 5min, .counted = true}, "main",
                       clock.now());
    CHECK(claim(newsletters, 1, clock.now() + 5min - 1ms).empty());
    CHECK(deliveries->next_due() == clock.now() + 5min);
    const auto again = claim(newsletters, 1, clock.now() + 5min);
    REQUIRE(again.size() == 1);
    CHECK(again[0].attempts == 1);
    CHECK(again[0].tries == 1);
}

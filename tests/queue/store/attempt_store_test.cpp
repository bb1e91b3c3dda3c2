#include "queue/store/attempt_store.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture, "a perhaps-bad address is remembered across mailings") {
    mailing_to(1, 1);
    const auto delivery = claim(newsletters, 1, clock.now()).at(0);
    record(delivery, OutcomeKind::perhaps_recipient, DeliveryState::bounced);
    const auto later = clock.now() + 72h;
    CHECK(attempts->doubted_before(1, 99, later - 72h));
    CHECK_FALSE(attempts->doubted_before(1, delivery.mailing_id, later - 72h));
    CHECK_FALSE(attempts->doubted_before(1, 99, clock.now() - 1ms));
    CHECK_FALSE(attempts->doubted_before(2, 99, later));
}

#include "control/queue_orders.hpp"

#include "control/desk_fixture.hpp"
#include "queue/store/delivery_store.hpp"

using namespace paperround;
using namespace paperround::control;
using queue::QueueAction;

TEST_CASE_METHOD(test::DeskFixture, "deliveries to a domain are held and released, and both are on record") {
    mailing_to(3);
    CHECK(QueueOrders(desk).apply({.action = QueueAction::hold, .domain = "example.org"}).value().changed ==
          3);
    CHECK(QueueOrders(desk)
              .apply({.action = QueueAction::release, .address = "r2@example.org"})
              .value()
              .changed == 1);
    CHECK(actions() == std::vector<std::string>{"anna: queue hold, domain example.org: 3 changed",
                                                "anna: queue release, r2@example.org: 1 changed"});
}

TEST_CASE_METHOD(test::DeskFixture, "what is not clear is refused before anything changes") {
    mailing_to(1);
    const auto refused = [&](const QueueOrder& order) {
        return QueueOrders(desk).apply(order).error().code == Refusal::Code::malformed;
    };
    CHECK(refused({.action = QueueAction::drop}));
    CHECK(refused({.action = QueueAction::drop, .mailing = 1, .all = true}));
    CHECK(refused({.action = QueueAction::drop, .address = "r1@example.org", .domain = "example.org"}));
    CHECK(refused({.action = QueueAction::drop, .address = "no address"}));
    CHECK(queue::DeliveryStore(database()).progress(1).waiting == 1);
    CHECK(actions().empty());
}

TEST_CASE_METHOD(test::DeskFixture, "a flush needs no choice, and all is said in so many words") {
    mailing_to(2);
    CHECK(QueueOrders(desk).apply({.action = QueueAction::flush}));
    CHECK(QueueOrders(desk).apply({.action = QueueAction::drop, .all = true}).value().changed == 2);
    CHECK(actions().back() == "anna: queue drop, all deliveries: 2 changed");
}

TEST_CASE_METHOD(test::DeskFixture, "a mailing or newsletter that there is not is refused") {
    CHECK(QueueOrders(desk).apply({.mailing = 5}).error() == Refusal{Refusal::Code::unknown, "no mailing 5"});
    CHECK(QueueOrders(desk).apply({.newsletter = "nots"}).error() ==
          Refusal{Refusal::Code::unknown, "no newsletter \"nots\", did you mean \"notes\"?"});
}

TEST_CASE_METHOD(test::DeskFixture, "a newsletter that is configured no more still has its deliveries") {
    mailing_to(1);
    settings.newsletters.clear();
    CHECK(QueueOrders(desk).apply({.action = QueueAction::drop, .newsletter = "notes"}).value().changed == 1);
}

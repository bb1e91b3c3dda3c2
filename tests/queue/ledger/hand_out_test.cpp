#include "queue/ledger/hand_out.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <thread>

using namespace paperround;
using namespace paperround::queue;

namespace {

Delivery delivery(std::int64_t id, std::int64_t mailing = 1) {
    return {.id = id, .mailing_id = mailing};
}

const Outcome accepted{.kind = OutcomeKind::accepted, .stage = Stage::final_dot, .code = 250};
const Outcome lost{.kind = OutcomeKind::relay_trouble, .stage = Stage::connect};

struct HandOutFixture {
    // What a step claims, with nothing that came in.
    void claim(std::size_t lane, std::vector<Delivery> deliveries) {
        std::vector<std::vector<Delivery>> claimed(2);
        claimed[lane] = std::move(deliveries);
        hand_out.settle(hand_out.collect(), std::move(claimed), true);
    }
    [[nodiscard]] std::vector<std::int64_t> take(std::size_t lane, std::size_t most = 100) {
        std::vector<std::int64_t> ids;
        for (const Delivery& taken : hand_out.take(lane, most)) ids.push_back(taken.id);
        return ids;
    }

    HandOut hand_out{{"main", "spare"}};
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE_METHOD(HandOutFixture, "a composer that found nothing to take does not end a failure to read") {
    claim(0, {delivery(1)});
    REQUIRE(take(0) == Ids{1});
    hand_out.cannot_read("database disk image is malformed");
    hand_out.could_read(take(0).size());  // another one was quicker
    CHECK(hand_out.reading().any());
    hand_out.could_read(1);
    CHECK_FALSE(hand_out.reading().any());
}

TEST_CASE_METHOD(HandOutFixture, "what was claimed is handed out once, in its order, to its own lane") {
    claim(0, {delivery(1), delivery(2), delivery(3)});
    CHECK(take(1).empty());
    CHECK(take(0, 2) == Ids{1, 2});
    CHECK(take(0) == Ids{3});
    CHECK(take(0).empty());
    CHECK(hand_out.outstanding() == 3);
}

TEST_CASE_METHOD(HandOutFixture,
                 "after trouble of a relay its lane hands out nothing until that is settled") {
    claim(0, {delivery(1), delivery(2)});
    REQUIRE(take(0, 1) == Ids{1});
    hand_out.report(0, delivery(1), lost);
    CHECK(take(0).empty());
    const auto arrivals = hand_out.collect();
    REQUIRE(arrivals.reports.size() == 1);
    CHECK(arrivals.held == std::vector<std::size_t>{1, 0});
    hand_out.settle(arrivals, std::vector<std::vector<Delivery>>(2), true);
    CHECK(take(0) == Ids{2});
}

TEST_CASE_METHOD(HandOutFixture, "what could not be stored comes before what came in meanwhile") {
    claim(0, {delivery(1), delivery(2), delivery(3)});
    REQUIRE(take(0, 2) == Ids{1, 2});
    hand_out.report(0, delivery(1), accepted);
    hand_out.give_back(0, delivery(2));
    auto arrivals = hand_out.collect();
    std::vector<std::vector<Delivery>> withdrawn(2);
    withdrawn[0] = hand_out.withdraw(0, [](const Delivery&) { return false; });
    REQUIRE(withdrawn[0].size() == 1);
    hand_out.report(0, delivery(9), accepted);
    hand_out.put_back(std::move(arrivals), std::move(withdrawn));
    CHECK(take(0) == Ids{3});
    const auto again = hand_out.collect();
    REQUIRE(again.reports.size() == 2);
    CHECK(again.reports[0].delivery.id == 1);
    CHECK(again.reports[1].delivery.id == 9);
    REQUIRE(again.given_back[0].size() == 1);
    CHECK(again.given_back[0][0].id == 2);
}

TEST_CASE_METHOD(HandOutFixture, "it is quiet when an idle step leaves nothing outstanding, until woken") {
    CHECK_FALSE(hand_out.quiet());
    claim(0, {delivery(1)});
    CHECK_FALSE(hand_out.quiet());
    REQUIRE(take(0) == Ids{1});
    hand_out.report(0, delivery(1), accepted);
    const auto arrivals = hand_out.collect();
    hand_out.settle(arrivals, std::vector<std::vector<Delivery>>(2), true);
    CHECK(hand_out.quiet());
    hand_out.wake();
    CHECK_FALSE(hand_out.quiet());
    hand_out.settle(hand_out.collect(), std::vector<std::vector<Delivery>>(2), false);
    CHECK_FALSE(hand_out.quiet());
}

TEST_CASE_METHOD(HandOutFixture, "whoever waits for claims or for the end is let go by a stop") {
    std::stop_source stop;
    std::jthread waits([&] { CHECK_FALSE(hand_out.wait_for_claims(0, stop.get_token())); });
    std::jthread waits_too([&] { hand_out.wait_until_quiet(stop.get_token()); });
    stop.request_stop();
}

TEST_CASE_METHOD(HandOutFixture, "whoever waits for the end does not wait in vain") {
    const std::stop_source stop;
    SECTION("where waiting is hopeless") {
        hand_out.set_hopeless(true);
    }
    SECTION("where the database is another one") {
        static_cast<void>(hand_out.abandon());
    }
    hand_out.wait_until_quiet(stop.get_token());
    CHECK(hand_out.outstanding() == 0);
}

TEST_CASE_METHOD(HandOutFixture, "after closing, what was not taken counts as given back") {
    claim(0, {delivery(1), delivery(2)});
    REQUIRE(take(0, 1) == Ids{1});
    hand_out.close();
    const auto arrivals = hand_out.collect();
    CHECK_FALSE(arrivals.claiming);
    REQUIRE(arrivals.given_back[0].size() == 1);
    CHECK(arrivals.given_back[0][0].id == 2);
    CHECK(hand_out.outstanding_ids() == Ids{1, 2});
}

TEST_CASE_METHOD(HandOutFixture, "an abandoned one hands nothing out and names what couriers hold") {
    claim(0, {delivery(1), delivery(2)});
    REQUIRE(take(0, 1) == Ids{1});
    CHECK(hand_out.abandon() == Ids{1});
    CHECK(take(0).empty());
    CHECK(hand_out.abandoned());
    CHECK_FALSE(hand_out.collect().claiming);
}

TEST_CASE_METHOD(HandOutFixture, "the mailings of what waits to be taken are named once each") {
    claim(0, {delivery(1, 7), delivery(2, 3), delivery(3, 7)});
    claim(1, {delivery(4, 3)});
    CHECK(hand_out.mailings_ready() == Ids{3, 7});
}

TEST_CASE_METHOD(HandOutFixture, "a successor inherits what is held, and hears later reports") {
    claim(1, {delivery(1), delivery(2), delivery(3)});
    REQUIRE(take(1) == Ids{1, 2, 3});
    hand_out.report(1, delivery(1), accepted);
    CHECK(hand_out.relays_in_use() == std::vector<std::string>{"spare"});
    HandOut successor({"other", "spare"});
    hand_out.hand_over_to(successor);
    CHECK(hand_out.relays_in_use().empty());
    hand_out.report(1, delivery(2), accepted);
    hand_out.give_back(1, delivery(3));
    const auto arrivals = successor.collect();
    REQUIRE(arrivals.reports.size() == 2);
    CHECK(arrivals.reports[0].delivery.id == 1);
    CHECK(arrivals.reports[1].delivery.id == 2);
    CHECK(arrivals.reports[1].lane == 1);
    REQUIRE(arrivals.given_back[1].size() == 1);
    CHECK(arrivals.held == std::vector<std::size_t>{0, 1});
}

TEST_CASE_METHOD(HandOutFixture, "a successor without a lane for a relay in use is a mistake") {
    claim(1, {delivery(1)});
    REQUIRE(take(1) == Ids{1});
    HandOut successor({"main"});
    CHECK_THROWS_AS(hand_out.hand_over_to(successor), std::logic_error);
}

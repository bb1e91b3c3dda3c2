#include "control/queue_listing.hpp"

#include <nlohmann/json.hpp>

#include "control/desk_fixture.hpp"

using namespace paperround;
using namespace paperround::control;

TEST_CASE_METHOD(test::DeskFixture, "the queue is counted by mailing and by state") {
    mailing_to(3);
    const auto mailings = QueueListing(desk).by_mailing();
    REQUIRE(mailings.size() == 1);
    CHECK(mailings[0].count == 3);
    const auto states = QueueListing(desk).by_state();
    REQUIRE(states.size() == 1);
    CHECK(states[0].state == queue::DeliveryState::queued);
    CHECK(nlohmann::json::parse(to_json(states[0])).at("count") == 3);
    CHECK(nlohmann::json::parse(to_json(mailings[0])).at("newsletter") == "notes");
}

TEST_CASE_METHOD(test::DeskFixture, "a domain stands beside the limit that is configured for it") {
    settings.domains.push_back({.domain = "example.org", .limit = {Rate{2, std::chrono::seconds(1)}, 5, {}}});
    mailing_to(3);
    const auto lines = QueueListing(desk).by_domain(10);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].line.domain == "example.org");
    CHECK(lines[0].line.waiting == 3);
    CHECK(lines[0].throttle.limit.connections == 5);
    const auto json = nlohmann::json::parse(to_json(lines[0], "domain", clock.now()));
    CHECK(json.at("domain") == "example.org");
    CHECK(json.at("rate") == "2/s");
    CHECK(json.at("slowed_to_per_second").is_null());
}

TEST_CASE_METHOD(test::DeskFixture, "a domain without a provider of its own counts for itself") {
    mailing_to(2);
    const auto lines = QueueListing(desk).by_provider(10);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].line.domain == "example.org");
    CHECK(nlohmann::json::parse(to_json(lines[0], "provider", clock.now())).at("provider") == "example.org");
}

TEST_CASE_METHOD(test::DeskFixture, "a relay has what waits of all newsletters that it may carry") {
    mailing_to(4);
    const auto loads = QueueListing(desk).by_relay();
    REQUIRE(loads.size() == 1);
    CHECK(loads[0].relay == "main");
    CHECK(loads[0].waiting == 4);
    const auto json = nlohmann::json::parse(to_json(loads[0], clock.now()));
    CHECK(json.at("up") == true);
    CHECK(json.at("waiting") == 4);
    CHECK(json.at("rate").is_null());
}

#include "control/relays.hpp"

#include <nlohmann/json.hpp>

#include "control/desk_fixture.hpp"
#include "queue/store/relay_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::control;

TEST_CASE_METHOD(test::DeskFixture, "a relay is paused once, and goes on") {
    CHECK_FALSE(Relays(desk).pause("main").value().already);
    const Time paused = clock.now();
    clock.advance(std::chrono::seconds(60));
    CHECK(Relays(desk).pause("main").value().already == paused);
    CHECK(Relays(desk).show("main").value().state() == "paused");
    CHECK_FALSE(Relays(desk).resume("main").value().was_down);
    CHECK(Relays(desk).show("main").value().state() == "up");
    CHECK(actions() == std::vector<std::string>{"anna: relays pause, relay main: paused",
                                                "anna: relays pause, relay main: was paused already",
                                                "anna: relays resume, relay main: resumed"});
}

TEST_CASE_METHOD(test::DeskFixture, "a relay that is down is tried at once when it goes on") {
    queue::RelayHealth health;
    health.down_since = clock.now();
    health.next_attempt = clock.now() + std::chrono::minutes(5);
    health.reason = "connection refused";
    test::Committing<queue::RelayStore>(database())->save_relay_health("main", health);
    CHECK(Relays(desk).show("main").value().state() == "down");
    CHECK(Relays(desk).show("main").value().last_trouble() == "connection refused");
    CHECK(Relays(desk).resume("main").value().was_down);
    CHECK_FALSE(Relays(desk).show("main").value().health.next_attempt);
}

TEST_CASE_METHOD(test::DeskFixture,
                 "what was learned of a relay is shown beside what is configured, and forgotten") {
    queue::RelayLessons lessons;
    lessons.connections.limit = 3;
    lessons.connections.since = clock.now();
    lessons.connections.words = "421 too many";
    settings.relays[0].connections = 10;
    test::Committing<queue::RelayStore>(database())->save_relay_lessons("main", lessons);
    const auto json = nlohmann::json::parse(to_json(Relays(desk).show("main").value()));
    CHECK(json.at("connections") == 3);
    CHECK(json.at("learned").at("connections").at("words") == "421 too many");
    CHECK(json.at("learned").at("rate").is_null());
    CHECK(json.at("last_trouble") == "421 too many");
    REQUIRE(Relays(desk).forget("main"));
    CHECK_FALSE(Relays(desk).show("main").value().lessons.any());
}

TEST_CASE_METHOD(test::DeskFixture, "a relay that is not configured is refused, with those that are") {
    const Refusal expected{Refusal::Code::unknown, "no relay \"mian\"; there is main"};
    CHECK(Relays(desk).show("mian").error() == expected);
    CHECK(Relays(desk).pause("mian").error() == expected);
    CHECK(Relays(desk).resume("mian").error() == expected);
    CHECK(Relays(desk).forget("mian").error() == expected);
    CHECK(actions().empty());
}

TEST_CASE_METHOD(test::DeskFixture, "all relays are listed in the configuration's order") {
    config::Relay second;
    second.name = "alpha";
    settings.relays.push_back(second);
    const auto views = Relays(desk).list();
    REQUIRE(views.size() == 2);
    CHECK(views[0].relay->name == "main");
    CHECK(views[1].relay->name == "alpha");
}

#include "control/desk.hpp"

#include "control/desk_fixture.hpp"

using namespace paperround;
using namespace paperround::control;

TEST_CASE_METHOD(test::DeskFixture,
                 "the record of actions shows the newest first, and no more than asked for") {
    desk.record("relays pause", "relay main", "paused");
    clock.advance(std::chrono::seconds(1));
    desk.record("relays resume", "relay main", "resumed");
    const auto newest = desk.newest_actions(1);
    REQUIRE(newest.size() == 1);
    CHECK(newest[0].at == clock.now());
    CHECK(newest[0].actor == "anna");
    CHECK(newest[0].action == "relays resume");
    CHECK(newest[0].subject == "relay main");
    CHECK(newest[0].result == "resumed");
    CHECK(desk.newest_actions(10).size() == 2);
}

TEST_CASE_METHOD(test::DeskFixture, "a refusal is on record with its code and reason, and is given back") {
    const auto refused =
        desk.refused("mailings pause", "mailing 7", {Refusal::Code::not_now, "it is done"}).value();
    CHECK(refused == Refusal{Refusal::Code::not_now, "it is done"});
    CHECK(actions() == std::vector<std::string>{"anna: mailings pause, mailing 7: not_now: it is done"});
}

TEST_CASE_METHOD(test::DeskFixture, "what is rolled back is not on record") {
    {
        const db::Transaction transaction(database());
        desk.record("relays pause", "relay main", "paused");
    }
    CHECK(actions().empty());
}

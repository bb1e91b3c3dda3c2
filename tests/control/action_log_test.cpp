#include "control/action_log.hpp"

#include "control/desk_fixture.hpp"

using namespace paperround;
using namespace paperround::control;

TEST_CASE_METHOD(test::DeskFixture,
                 "the record of actions shows the newest first, and no more than asked for") {
    desk.record("relays pause", "relay main", "paused");
    clock.advance(std::chrono::seconds(1));
    desk.record("relays resume", "relay main", "resumed");
    const auto newest = ActionLog(database()).newest(1);
    REQUIRE(newest.size() == 1);
    CHECK(newest[0].at == clock.now());
    CHECK(newest[0].actor == "anna");
    CHECK(newest[0].action == "relays resume");
    CHECK(newest[0].subject == "relay main");
    CHECK(newest[0].result == "resumed");
    CHECK(ActionLog(database()).newest(10).size() == 2);
}

TEST_CASE_METHOD(test::DeskFixture, "a refusal is on record with its code and reason, and is given back") {
    const auto refused =
        desk.refused("mailings pause", "mailing 7", {Refusal::Code::not_now, "it is done"}).value();
    CHECK(refused == Refusal{Refusal::Code::not_now, "it is done"});
    CHECK(actions() == std::vector<std::string>{"anna: mailings pause, mailing 7: not_now: it is done"});
}

TEST_CASE_METHOD(test::DeskFixture,
                 "an action as JSON is one line, with nothing in it that acts on a terminal") {
    const std::string line = to_json({.id = 3,
                                      .at = from_millis(0),
                                      .actor = "an\x1b[2Jna",
                                      .action = "a",
                                      .subject = "s\n",
                                      .result = "r"});
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.starts_with(R"({"action_id":3,"time":"1970-01-01T00:00:00.000Z","actor":"an)"));
}

TEST_CASE_METHOD(test::DeskFixture, "what is rolled back is not on record") {
    {
        const db::Transaction transaction(database());
        desk.record("relays pause", "relay main", "paused");
    }
    CHECK(actions().empty());
}

// Sessions that break while their relay works: one connection rests, and no attempt is counted.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"

using namespace paperround;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

const nlohmann::json reset{{"reset", true}};

struct BrokenSessions : PipelineFixture {
    // Each session carries one message, so that every break meets a new session: after an accepted message
    // another session would follow at once.
    void use(const ScriptedSmtp& server, unsigned connections) {
        use_relay(server.port(), connections);
        settings.relays[0].messages_per_connection = 1;
    }
    std::size_t on_record(OutcomeKind kind) const {
        const auto lines = log();
        return static_cast<std::size_t>(
            std::ranges::count_if(lines, [kind](const auto& line) { return line.outcome.kind == kind; }));
    }
    std::int64_t attempts() const {
        auto database = open();
        auto counted = db::RawSql(database).prepare("SELECT sum(attempts) FROM deliveries");
        REQUIRE(counted.step());
        return counted.integer(0);
    }
};

// RCPT is accepted `good` times, then come these replies; afterwards everything is accepted, or the last of
// them is repeated.
std::string rcpt(int good, const std::vector<nlohmann::json>& then) {
    auto actions = nlohmann::json::array();
    for (int i = 0; i < good; ++i) actions.push_back("250 ok");
    for (const auto& action : then) actions.push_back(action);
    return nlohmann::json{{"RCPT", actions}}.dump();
}

}  // namespace

TEST_CASE_METHOD(BrokenSessions,
                 "a session that is reset under its message rests alone and costs nobody an attempt") {
    const ScriptedSmtp server(rcpt(20, {reset, "250 ok"}));
    use(server, 4);
    subscribe(60);
    run_once();
    CHECK(progress().sent == 60);
    CHECK(on_record(OutcomeKind::session_broken) == 1);
    CHECK(log().size() == 61);
    CHECK(attempts() == 60);
    CHECK_FALSE(events.has("down: "));
    CHECK(events.count("broke: main: ") == 1);
}

TEST_CASE_METHOD(BrokenSessions,
                 "a session that is reset behind messages that it has carried is named, too") {
    const ScriptedSmtp server(rcpt(20, {reset, "250 ok"}));
    use_relay(server.port(), 1);
    subscribe(60);
    run_once();
    CHECK(progress().sent == 60);
    CHECK(log().size() == 60);
    CHECK(events.count("broke: main: ") == 1);
}

// Takes one second, for which the only connection rests.
TEST_CASE_METHOD(BrokenSessions,
                 "the only session that is reset under its message is followed by another soon") {
    const ScriptedSmtp server(rcpt(5, {reset, "250 ok"}));
    use(server, 1);
    subscribe(10);
    run_once();
    CHECK(progress().sent == 10);
    CHECK(on_record(OutcomeKind::session_broken) == 1);
    CHECK(attempts() == 10);
    CHECK_FALSE(events.has("down: "));
}

// Takes one second, as above.
TEST_CASE_METHOD(BrokenSessions, "a relay that resets one session after the other is backed off from") {
    const ScriptedSmtp server(rcpt(5, {reset}));
    use(server, 1);
    subscribe(10);
    run_once();
    CHECK(progress().sent == 5);
    CHECK(events.count("down: main") == 1);
    CHECK(on_record(OutcomeKind::session_broken) == 1);
    CHECK(attempts() == 5);
}

TEST_CASE_METHOD(BrokenSessions,
                 "the only session that is opened too soon behind another is opened again at once") {
    const std::string refusal =
        GENERATE(R"({"reset": true})", R"({"reply": "421 4.3.2 one at a time", "close": true})");
    const ScriptedSmtp server(R"({"connect": ["220 a", )" + refusal + R"(, "220 a"]})");
    use(server, 1);
    subscribe(5);
    run_once();
    CHECK(progress().sent == 5);
    CHECK_FALSE(events.has("down: "));
    CHECK(log().size() == 5);
}

TEST_CASE_METHOD(BrokenSessions,
                 "a relay that takes no further session behind the first is backed off from") {
    const ScriptedSmtp server(R"({"connect": ["220 a", {"reset": true}]})");
    use(server, 1);
    subscribe(5);
    run_once();
    CHECK(progress().sent == 1);
    CHECK(events.count("down: main") == 1);
    CHECK(server.count("\"connected\"") == 4);
    CHECK(attempts() == 1);
}

TEST_CASE_METHOD(BrokenSessions, "a relay that has served nobody yet is backed off from at its first reset") {
    const ScriptedSmtp server(rcpt(0, {reset}));
    use(server, 1);
    subscribe(10);
    run_once();
    CHECK(events.count("down: main") == 1);
    CHECK(on_record(OutcomeKind::session_broken) == 0);
    CHECK(attempts() == 0);
}

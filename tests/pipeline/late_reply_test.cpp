// Replies that come too late, or that the server should not have sent.
#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

struct LateReply : PipelineFixture {
    std::size_t attempts_that(OutcomeKind kind) const {
        const auto lines = log();
        return static_cast<std::size_t>(
            std::ranges::count_if(lines, [kind](const auto& line) { return line.outcome.kind == kind; }));
    }
    bool anybody_suppressed() const {
        auto database = open();
        auto query = db::RawSql(database).prepare("SELECT 1 FROM suppressions");
        return query.step();
    }
};

}  // namespace

TEST_CASE_METHOD(LateReply, "a 550 that comes after the time-out bounces nobody else") {
    const ScriptedSmtp server(R"({"dot": ["250 ok", "250 ok", "250 ok",
        {"reply": "550 5.1.1 No such user", "after_ms": 900}, "250 ok"]})");
    use_relay(server.port());
    settings.relays[0].timeouts.final_dot = 300ms;
    subscribe(30);
    run_once();
    CHECK(progress().sent == 29);
    CHECK(progress().failed == 0);
    CHECK(attempts_that(OutcomeKind::in_doubt) == 1);
    clock.advance(5min);
    run_once();
    CHECK(progress().sent == 30);
    CHECK(progress().failed == 0);
    CHECK_FALSE(anybody_suppressed());
}

TEST_CASE_METHOD(
    LateReply,
    "a relay that always answers just after the time-out gets each message twice at most, and is "
    "backed off from") {
    constexpr int readers = 12;
    constexpr unsigned connections = 2;
    const ScriptedSmtp server(R"({"dot": {"reply": "250 ok", "after_ms": 500}})");
    use_relay(server.port(), connections);
    settings.relays[0].timeouts.final_dot = 200ms;
    subscribe(readers);
    run_once();
    // From the third doubt in a row on, one delivery at a time is sent; one per connection was already being
    // sent.
    CHECK(events.has("down: main"));
    CHECK(attempts_that(OutcomeKind::in_doubt) <= 2 + connections);
    for (int i = 0; i < 3 * readers && progress().held < readers; ++i) {
        clock.advance(5min);
        run_once();
    }
    CHECK(progress().held == readers);
    CHECK(attempts_that(OutcomeKind::in_doubt) == std::size_t{2} * readers);
    CHECK(log().size() == std::size_t{2} * readers);
    CHECK(server.count("\"message\"") == std::size_t{2} * readers);
}

TEST_CASE_METHOD(LateReply, "a relay that refuses RCPT and yet answers 354 gets no content for it") {
    const ScriptedSmtp server(R"({"RCPT": ["250 ok", "250 ok", "550 5.1.1 No such user", "250 ok"]})");
    use_relay(server.port());
    subscribe(12);
    run_once();
    CHECK(progress().sent == 11);
    CHECK(progress().failed == 1);
    CHECK(server.count("To: <reader") == 11);
    const auto lines = log();
    const auto refused = std::ranges::find_if(
        lines, [](const auto& line) { return line.outcome.kind == OutcomeKind::rejected_recipient; });
    REQUIRE(refused != lines.end());
    CHECK(server.count("To: <" + refused->recipient) == 0);
}

TEST_CASE_METHOD(LateReply, "a message that is too large only at its dot pauses the mailing") {
    const ScriptedSmtp server(R"({"dot": "552 5.3.4 Message size exceeds fixed limit"})");
    use_relay(server.port());
    subscribe(50);
    run_once();
    CHECK(events.has("paused: main refused the message: "));
    CHECK(progress().waiting == 50);
    CHECK(server.count("\"message\"") < 25);  // those that were composed when the first was refused
    CHECK_FALSE(anybody_suppressed());
}

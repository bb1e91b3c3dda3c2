// What is written ahead of the relay's replies, and what happens if the relay does not cope with it.
#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"

using namespace paperround;
using config::Pipelining;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

constexpr int readers = 20;

struct Ahead : PipelineFixture {
    void use(const ScriptedSmtp& server) {
        use_relay(server.port());
        settings.relays[0].pipelining = Pipelining::across;
        subscribe(readers);
    }
    std::size_t attempts_that(OutcomeKind kind) const {
        const auto lines = log();
        return static_cast<std::size_t>(
            std::ranges::count_if(lines, [kind](const auto& line) { return line.outcome.kind == kind; }));
    }
};

}  // namespace

TEST_CASE_METHOD(
    Ahead,
    "a relay that answers an envelope ahead with 503 gets each message once and no attempt is counted") {
    const ScriptedSmtp server(R"({"MAIL": ["250 ok", "503 Bad sequence of commands", "250 ok"]})");
    use(server);
    run_once();
    CHECK(progress().sent == readers);
    CHECK(attempts_that(OutcomeKind::accepted) == readers);
    CHECK(log().size() == readers);
    CHECK(server.count("\"message\"") == readers);
    CHECK(server.count("\"connected\"") == 2);
    CHECK(events.count("no overlap: main: Bad sequence of commands") == 1);
    CHECK_FALSE(events.has("down: main"));
}

TEST_CASE_METHOD(Ahead,
                 "a relay that dies of an envelope ahead leaves one doubt for each connection and gets none "
                 "ahead any more") {
    // Dovecot: it accepts the message and dies before its reply. It would do so at each dot.
    const ScriptedSmtp server(R"({"dot": [{"close": true}, "250 ok"]})");
    use(server);
    run_once();
    CHECK(attempts_that(OutcomeKind::in_doubt) == 1);
    CHECK(progress().sent == readers - 1);
    CHECK(events.count("no overlap: main: ") == 1);
    CHECK(log().size() == readers);
}

TEST_CASE_METHOD(Ahead, "without a failure envelopes go ahead to the end") {
    const ScriptedSmtp server("{}");
    use(server);
    run_once();
    CHECK(progress().sent == readers);
    CHECK(server.count("\"connected\"") == 1);
    CHECK_FALSE(events.has("no overlap"));
}

TEST_CASE_METHOD(PipelineFixture, "pipelining decides how often a relay is waited for") {
    // As many as are composed and handed over together, so that each envelope can be written with the dot
    // before it. With more, composer and courier race, and whenever the courier is faster the next envelope
    // needs its own turn: 20 readers took up to 4 turns more on a busy machine.
    constexpr int few = 4;
    constexpr std::size_t ehlo_and_quit = 2;
    struct Expected {
        Pipelining pipelining;
        std::size_t turns;
    };
    const auto [pipelining, turns] =
        GENERATE(Expected{Pipelining::across, 1 + few}, Expected{Pipelining::within, 2 * few},
                 Expected{Pipelining::none, 4 * few});
    const test::SmtpSink sink;
    const test::TurnProxy proxy(sink.port());
    use_relay(proxy.port());
    settings.relays[0].pipelining = pipelining;
    subscribe(few);
    run_once();
    CHECK(progress().sent == few);
    REQUIRE(test::eventually([&] { return proxy.connections() == 1; }));
    CHECK(proxy.turns() == turns + ehlo_and_quit);
}

TEST_CASE_METHOD(PipelineFixture,
                 "a relay that always says 503 is backed off from and nobody's attempt is counted") {
    const ScriptedSmtp server(R"({"RCPT": "503 Bad sequence of commands"})");
    use_relay(server.port());
    subscribe(readers);
    run_once();
    CHECK(events.has("down: main"));
    CHECK(log().size() >= 3);  // each delivery in two sessions
    CHECK(log().size() <= readers / 2);
    auto database = open();
    auto query = db::RawSql(database).prepare("SELECT sum(attempts), count(*) FROM deliveries");
    query.step();
    CHECK(query.integer(0) == 0);
    CHECK(query.integer(1) == readers);
}

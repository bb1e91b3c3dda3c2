// A relay that is down for longer than any delivery may wait: no delivery suffers from its trouble.
#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

constexpr int readers = 200;
constexpr int greylisted = 10;

struct Outage : PipelineFixture {
    std::int64_t counted_attempts() const {
        auto database = open();
        auto query = db::RawSql(database).prepare("SELECT sum(attempts) FROM deliveries");
        query.step();
        return query.integer(0);
    }
    std::size_t on_record(OutcomeKind kind) const {
        const auto lines = log();
        return static_cast<std::size_t>(
            std::ranges::count_if(lines, [kind](const auto& line) { return line.outcome.kind == kind; }));
    }
    // Moves the clock hour by hour; in each hour there is time for at least one try.
    void be_away_for(int hours) {
        use_relay(test::free_port(), 4);
        auto service = make_service();
        service->start();
        for (int hour = 0; hour < hours; ++hour) {
            const auto tries = on_record(OutcomeKind::relay_trouble);
            clock.advance(1h);
            REQUIRE(test::eventually([&] { return on_record(OutcomeKind::relay_trouble) > tries; }));
        }
        REQUIRE(service->drain());
    }
};

// Answers `times` recipients with 451, and later ones with `then`.
std::string later(int times, const std::string& then) {
    std::string script = R"({"RCPT": [)";
    for (int i = 0; i < times; ++i) script += R"("451 4.3.0 Later", )";
    return script + '"' + then + R"("]})";
}

}  // namespace

TEST_CASE_METHOD(
    Outage, "after 72 hours without the relay all is delivered, nothing expired, and no attempt is counted") {
    const ScriptedSmtp slow(later(greylisted, "421 4.3.2 Closing"));
    use_relay(slow.port());
    subscribe(readers);
    run_once();  // the waits of ten have begun
    CHECK(on_record(OutcomeKind::deferred) == greylisted);
    CHECK(counted_attempts() == greylisted);

    be_away_for(72);
    CHECK(counted_attempts() == greylisted);
    CHECK(progress().waiting == readers);

    // Busy at first: a reader who is deferred now would expire if he had aged meanwhile.
    const ScriptedSmtp back(later(readers, "250 2.1.5 Ok"));
    use_relay(back.port(), 4);
    for (int i = 0; i < 6 && progress().sent < readers; ++i) {
        clock.advance(5min);
        run_once();
    }
    CHECK(progress().sent == readers);
    CHECK(progress().failed == 0);
    CHECK(on_record(OutcomeKind::accepted) == readers);
    CHECK(on_record(OutcomeKind::deferred) == greylisted + readers);
    CHECK(back.count("To: <reader") == readers);
    CHECK(counted_attempts() == greylisted + 2 * readers);  // each was deferred once and accepted once since
}

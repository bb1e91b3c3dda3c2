// Times in which nothing could be tried, and a clock that was set, neither age nor delay a delivery.
#include "pipeline/plan/clock_jump.hpp"

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "queue/store/relay_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

constexpr auto twice_greylisted = R"({"RCPT": ["451 4.2.1 greylisted", "451 4.2.1 greylisted", "250 ok"]})";

struct Clocks : PipelineFixture {
    std::int64_t expired() const {
        auto database = open();
        auto query = db::RawSql(database).prepare("SELECT count(*) FROM deliveries WHERE state = ?1");
        query.bind(1, static_cast<int>(queue::DeliveryState::expired));
        query.step();
        return query.integer(0);
    }
    Duration waits() const {
        auto database = open();
        auto query = db::RawSql(database).prepare("SELECT due FROM deliveries");
        REQUIRE(query.step());
        return query.time(0) - clock.now();
    }
};

}  // namespace

TEST_CASE_METHOD(Clocks, "three days switched off expire nobody who was greylisted once") {
    const ScriptedSmtp server(twice_greylisted);
    use_relay(server.port());
    subscribe(1);
    run_once();
    clock.advance(72h);
    run_once();
    CHECK(expired() == 0);
    clock.advance(15min);
    run_once();
    CHECK(progress().sent == 1);
}

TEST_CASE_METHOD(Clocks, "who is greylisted for as long as it could be tried expires all the same") {
    const ScriptedSmtp server(R"({"RCPT": "451 4.2.1 greylisted"})");
    use_relay(server.port());
    settings.retry.give_up_after = 1h;
    subscribe(1);
    int runs = 0;
    for (; runs < 20 && expired() == 0; ++runs) {
        run_once();
        clock.advance(24h);
    }
    // Waits of 5, 10, 20 and 40 minutes, each up to a fifth shorter: the fifth or sixth try comes after an
    // hour.
    CHECK(runs >= 5);
    CHECK(runs <= 6);
}

TEST_CASE_METHOD(Clocks, "a clock that is set back a day between two runs delays nothing") {
    const ScriptedSmtp server(R"({"RCPT": ["451 4.2.1 greylisted", "250 ok"]})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    const Duration before = waits();
    clock.advance(-24h);
    run_once();
    CHECK(events.has("clock set: -"));
    CHECK(waits() == before);
    clock.advance(7min);
    run_once();
    CHECK(progress().sent == 1);
}

TEST_CASE_METHOD(Clocks,
                 "a mailing that was planned by a clock a day ahead goes out with the clock set right") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(1);
    settings.newsletters[0].schedule = {
        .kind = config::Schedule::Kind::daily, .at = 9h, .zone = "Europe/London"};
    run_once();
    const auto planned = next_mailing();
    REQUIRE(planned.has_value());
    clock.advance(-24h);
    run_once();
    CHECK(next_mailing() == *planned - 24h);
}

TEST_CASE_METHOD(Clocks, "a relay's rest keeps its length when the clock is set") {
    const Duration jump = GENERATE(as<Duration>{}, -24h, 72h);
    const ScriptedSmtp server(R"({"RCPT": "451 4.2.1 greylisted"})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    auto database = open();
    test::Committing<queue::RelayStore> relays(database);
    const Time then = clock.now();
    queue::RelayHealth health;
    REQUIRE(health.trouble(then, "connection refused"));
    relays->save_relay_health("main", health);
    const auto rest = relays->relay_health("main").next_attempt;
    pipeline::follow_clock(database, settings, {.from = then, .to = then + jump});
    REQUIRE(rest.has_value());
    CHECK(*relays->relay_health("main").next_attempt - (then + jump) == *rest - then);
}

TEST_CASE_METHOD(Clocks,
                 "what waits longer than its longest interval allows is brought back to that at a start") {
    const ScriptedSmtp server(R"({"RCPT": ["451 4.2.1 greylisted", "250 ok"]})");
    use_relay(server.port());
    subscribe(1);
    run_once();
    {
        auto database = open();
        db::RawSql(database).execute("UPDATE deliveries SET due = due + 86400000 * 365");
    }
    clock.advance(1min);
    run_once();
    CHECK(waits() <= 24h);
}

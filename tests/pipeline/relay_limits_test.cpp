// A relay's own limits through the whole pipeline: a full session, a connection too many.
#include <poll.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "queue/store/relay_store.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

struct RelayLimits : PipelineFixture {
    // Each reader got it once, with one recorded attempt.
    void check_all_sent(int readers) {
        CHECK(progress().sent == readers);
        CHECK(log().size() == static_cast<std::size_t>(readers));
        for (const auto& line : log()) CHECK(line.outcome.kind == OutcomeKind::accepted);
        CHECK(events.count("down: ") == 0);
    }
    // Runs while the clock moves, until nothing is left to do or `most` has passed.
    void run_on(Duration most = 1min) {
        auto service = make_service();
        std::jthread time([&](const std::stop_token& done) {
            const Time end = clock.now() + most;
            while (!done.stop_requested() && clock.now() < end) {
                clock.advance(most / 500);
                ::poll(nullptr, 0, 5);
            }
            over.request_stop();
        });
        service->run_once(over.get_token());
        time.request_stop();
        REQUIRE(service->drain());
    }
    // Runs the daemon for a while.
    void run_for(Duration length) {
        auto service = make_service();
        const Time end = clock.now() + length;
        service->start();
        REQUIRE(test::eventually([&] {
            clock.advance(length / 500);
            return clock.now() >= end;
        }));
        REQUIRE(service->drain());
    }
    std::int64_t attempts() const {
        auto database = open();
        auto counted = db::RawSql(database).prepare("SELECT sum(attempts) FROM deliveries");
        REQUIRE(counted.step());
        return counted.integer(0);
    }
    std::stop_source over;
};

nlohmann::json hang_up(const std::string& reply = "") {
    return {{"reply", reply}, {"close", true}};
}

// In each of the first `sessions`: so many good replies, then `end`; afterwards only good replies. Once the
// limit is learned a session ends before it, so there must be no further `end` for the first message of the
// next one.
std::string full_after(int messages, const std::string& step, const std::string& good,
                       const nlohmann::json& end, int sessions) {
    auto actions = nlohmann::json::array();
    for (int session = 0; session < sessions; ++session) {
        for (int i = 0; i < messages; ++i) actions.push_back(good);
        actions.push_back(end);
    }
    actions.push_back(good);
    return nlohmann::json{{step, actions}}.dump();
}

}  // namespace

TEST_CASE_METHOD(RelayLimits,
                 "a session that is full is followed by another one and nobody's attempt is on record") {
    struct Full {
        const char* step;
        const char* good;
        nlohmann::json end;
        int sessions;  // until the limit is learned: one if the server names it
    };
    const std::vector<Full> cases{
        {"MAIL", "250 ok", hang_up("421 4.7.0 too many messages in this connection"), 2},
        {"MAIL", "250 ok", hang_up(), 2},
        {"MAIL", "250 ok", "452 4.5.3 Too many messages this session", 1},
        {"RCPT", "250 ok", hang_up("421 4.7.0 too many recipients in this session"), 2},
        {"RCPT", "250 ok", "452 4.5.3 Too many recipients this session", 1},
        {"DATA", "354 go", hang_up("421 4.7.0 bye"), 2},
        {"dot", "250 ok", hang_up("421 4.7.0 limit reached, not queued"), 2}};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CAPTURE(cases[i].step, cases[i].end.dump());
        RelayLimits one;
        const ScriptedSmtp server(
            full_after(10, cases[i].step, cases[i].good, cases[i].end, cases[i].sessions));
        one.use_relay(server.port());
        one.subscribe(24);
        one.run_once();
        one.check_all_sent(24);
        CHECK(one.events.has("messages: main: 10"));
    }
}

// Takes about three seconds: the relay rests for one, then a few messages are sent at about one a second.
TEST_CASE_METHOD(RelayLimits,
                 "a new session that is full at its first message slows the relay and costs nobody") {
    const std::string full = "452 4.5.3 Too many recipients this session";
    // The third reply ends the first session; the next one is for the new session's first message.
    const nlohmann::json script{{"RCPT", {"250 ok", "250 ok", full, full, "250 ok"}}};
    const ScriptedSmtp server(script.dump());
    use_relay(server.port());
    subscribe(4);
    run_on();
    CHECK(progress().sent == 4);
    CHECK(server.count("\"message\"") == 4);
    CHECK(server.count("\"connected\"") == 2);
    CHECK(events.has("slowed: main: 452 4.5.3 Too many"));
    CHECK(events.count("down: ") == 0);
    CHECK(events.count("messages: ") == 0);  // the new session accepted no more
    CHECK(log().size() == 5);
    CHECK(attempts() == 4);
}

TEST_CASE_METHOD(RelayLimits, "a relay that ends each new session at its first message is left in peace") {
    const nlohmann::json script{
        {"MAIL", {"250 ok", "250 ok", hang_up("421 4.7.0 too many messages in this connection")}}};
    const ScriptedSmtp server(script.dump());
    use_relay(server.port(), 2);
    subscribe(20);
    run_for(2min);
    CHECK(progress().sent == 2);
    CHECK(attempts() == 2);
    // The relay rests for 5 s, 10 s, 20 s and so on. Before the first rest these were being sent already: two
    // couriers' and a composer's four letters.
    constexpr std::size_t under_way = 6;
    constexpr std::size_t after_rests = 5;
    CHECK(log().size() > 2 + 2);
    CHECK(log().size() <= 2 + under_way + after_rests);
    CHECK(server.count("\"connected\"") <= 2 + under_way + after_rests);
}

TEST_CASE_METHOD(RelayLimits, "connections that a relay turns away while others work are done without") {
    for (const std::string& refusal : {std::string("421 4.7.0 Too many connections"), std::string()}) {
        CAPTURE(refusal);
        RelayLimits one;
        const nlohmann::json script{{"connect", {"220 hello", "220 hello", "220 hello", hang_up(refusal)}}};
        const ScriptedSmtp server(script.dump());
        one.use_relay(server.port(), 10);
        one.subscribe(100);
        one.run_once();
        one.check_all_sent(100);
        CHECK(one.events.count("connections: main: ") <= 2);
    }
}

TEST_CASE_METHOD(RelayLimits, "a session too many that is told so at its first message is done without") {
    // The first message takes long, so that the other session's comes second.
    const nlohmann::json script{
        {"MAIL", {"250 ok", hang_up("421 4.3.2 Too many concurrent SMTP connections"), "250 ok"}},
        {"DATA", {{{"reply", "354 go"}, {"after_ms", 300}}, "354 go"}}};
    const ScriptedSmtp server(script.dump());
    use_relay(server.port(), 2);
    subscribe(20);
    run_once();
    check_all_sent(20);
}

TEST_CASE_METHOD(RelayLimits, "what was learned is there after a restart") {
    {
        const ScriptedSmtp server(full_after(10, "MAIL", "250 ok", "452 4.5.3 Too many messages", 1));
        use_relay(server.port());
        subscribe(24);
        run_once();
    }
    auto database = open();
    CHECK(queue::RelayStore(database).relay_lessons("main").messages.messages == 10);
}

TEST_CASE_METHOD(RelayLimits, "a paused relay sends nothing and a resumed one goes on") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(5);
    {
        auto database = open();
        test::Committing<queue::RelayStore>(database)->save_relay_orders("main", {.paused = clock.now()});
    }
    run_once();
    CHECK(progress().waiting == 5);
    CHECK(events.has("relay paused: main"));
    {
        auto database = open();
        test::Committing<queue::RelayStore>(database)->save_relay_orders("main", {.resumed = 1});
    }
    run_once();
    check_all_sent(5);
}

// A relay's own limits along the whole path: a session that is full, a connection too many.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "pipeline/fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

struct RelayLimits : PipelineFixture {
    // Each reader once, with one attempt on record.
    void check_all_sent(int readers) {
        CHECK(progress().sent == readers);
        CHECK(log().size() == static_cast<std::size_t>(readers));
        for (const auto& line : log()) CHECK(line.outcome.kind == OutcomeKind::accepted);
        CHECK(events.count("down: ") == 0);
    }
};

nlohmann::json hang_up(const std::string& reply = "") {
    return {{"reply", reply}, {"close", true}};
}

// So many times what goes well, then `end`, in each of the first `sessions`; then all goes well. Once the
// limit is learned a session ends before it, so there must be no further `end` for the first message of the
// next.
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
        int sessions;  // until the limit is learned: one where the server names it
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

TEST_CASE_METHOD(RelayLimits, "what was learned is there after a restart") {
    {
        const ScriptedSmtp server(full_after(10, "MAIL", "250 ok", "452 4.5.3 Too many messages", 1));
        use_relay(server.port());
        subscribe(24);
        run_once();
    }
    auto database = open();
    CHECK(queue::QueueStore(database).relay_lessons("main").messages.messages == 10);
}

TEST_CASE_METHOD(RelayLimits, "a paused relay sends nothing and a resumed one goes on") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(5);
    {
        auto database = open();
        queue::QueueStore(database).save_relay_orders("main", {.paused = clock.now()});
    }
    run_once();
    CHECK(progress().waiting == 5);
    CHECK(events.has("relay paused: main"));
    {
        auto database = open();
        queue::QueueStore(database).save_relay_orders("main", {.resumed = 1});
    }
    run_once();
    check_all_sent(5);
}

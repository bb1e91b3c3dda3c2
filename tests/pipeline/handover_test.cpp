// A reload: one service steps back and another takes over, while transactions are open.
#include "pipeline/fixture.hpp"
#include "pipeline/plan/departure.hpp"
#include "support/wait.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::eventually;
using test::PipelineFixture;
using test::ScriptedSmtp;

namespace {

struct Handover : PipelineFixture {
    std::shared_ptr<pipeline::DeliveryService> started() {
        std::shared_ptr<pipeline::DeliveryService> service = make_service();
        service->start();
        return service;
    }
    std::shared_ptr<pipeline::DeliveryService> successor_of(
        const std::shared_ptr<pipeline::DeliveryService>& service) {
        service->step_back(50ms);
        auto next = std::make_shared<pipeline::DeliveryService>(prepared(), surroundings(), service);
        next->start();
        return next;
    }
    std::size_t doubts() const {
        const auto lines = log();
        return static_cast<std::size_t>(std::ranges::count_if(lines, [](const queue::LogLine& line) {
            return line.outcome.kind == queue::OutcomeKind::in_doubt;
        }));
    }
};

constexpr auto slow_second_dot = R"({"dot": ["250 ok", {"reply": "250 ok", "after_ms": 1500}, "250 ok"]})";

}  // namespace

TEST_CASE_METHOD(Handover,
                 "a dot that is unanswered at a reload is waited for, and nobody gets the post twice") {
    const ScriptedSmtp server(slow_second_dot);
    use_relay(server.port());
    subscribe(20);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    auto next = successor_of(service);
    service.reset();
    CHECK(eventually([&] { return progress().sent == 20; }));
    CHECK(next->drain());
    CHECK(server.count("\"message\"") == 20);
    CHECK(doubts() == 0);
    CHECK(log().size() == 20);
    CHECK_FALSE(events.has("down"));
    CHECK_FALSE(events.has("recovered"));
}

TEST_CASE_METHOD(Handover, "others are sent to while a reload's predecessor waits for its dot") {
    const ScriptedSmtp server(R"({"dot": [{"reply": "250 ok", "after_ms": 3000}, "250 ok"]})");
    use_relay(server.port());
    subscribe(10);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 1; }));
    auto next = successor_of(service);
    CHECK(eventually([&] { return progress().sent == 9; }, 2s));
    CHECK(eventually([&] { return progress().sent == 10; }));
    CHECK(next->drain());
}

TEST_CASE_METHOD(Handover, "an outcome over a relay that the new configuration lacks is recorded") {
    const ScriptedSmtp server(slow_second_dot);
    const ScriptedSmtp another("{}");
    use_relay(server.port());
    subscribe(6);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    use_relay(another.port());
    settings.relays[0].name = "other";
    settings.newsletters[0].relay = "other";
    auto next = successor_of(service);
    service.reset();
    CHECK(eventually([&] { return progress().sent == 6; }));
    CHECK(next->drain());
    CHECK(server.count("\"message\"") == 2);
    CHECK(another.count("\"message\"") == 4);
    CHECK(doubts() == 0);
    const auto lines = log();
    CHECK(std::ranges::count(lines, "main", &queue::LogLine::relay) == 2);
}

TEST_CASE_METHOD(Handover, "reload upon reload keeps what the first one's courier has in hand") {
    const ScriptedSmtp server(slow_second_dot);
    use_relay(server.port());
    subscribe(20);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    for (int i = 0; i < 5; ++i) service = successor_of(service);
    CHECK(eventually([&] { return progress().sent == 20; }));
    CHECK(service->drain());
    CHECK(server.count("\"message\"") == 20);
    CHECK(doubts() == 0);
}

TEST_CASE_METHOD(Handover, "a predecessor is let go of once its couriers have ended") {
    const ScriptedSmtp server(slow_second_dot);
    use_relay(server.port());
    subscribe(3);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    const std::weak_ptr<pipeline::DeliveryService> first = service;
    service = successor_of(service);
    service->forget_predecessor();
    CHECK_FALSE(first.expired());
    CHECK(eventually([&] {
        service->forget_predecessor();
        return first.expired();
    }));
    CHECK(service->drain());
    CHECK(progress().sent == 3);
}

TEST_CASE_METHOD(Handover, "a stop ends what a predecessor's courier waits for, as a doubt") {
    const ScriptedSmtp server(R"({"dot": [{"stall": true}, "250 ok"]})");
    use_relay(server.port());
    settings.drain = 500ms;
    subscribe(2);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 1; }));
    auto next = successor_of(service);
    service.reset();
    REQUIRE(eventually([&] { return progress().sent == 1; }));
    CHECK(next->drain());
    CHECK(doubts() == 1);
}

TEST_CASE_METHOD(Handover, "who leaves behind a reload is not mailed by the one before it") {
    const ScriptedSmtp server(
        R"({"dot": ["250 ok"], "RCPT": ["250 ok", {"reply": "250 ok", "after_ms": 1500}, "250 ok"]})");
    use_relay(server.port());
    subscribe(2);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("RCPT TO") == 2; }));
    auto next = successor_of(service);
    {
        auto database = open();
        pipeline::Departure departure(database, clock, &next->recall());
        for (const int i : {1, 2}) departure.remove("notes", "reader" + std::to_string(i) + "@example.org");
    }
    CHECK(next->drain());
    CHECK(server.count("\"message\"") == 1);
}

TEST_CASE_METHOD(Handover, "a relay that was taken out stays out through further reloads") {
    const ScriptedSmtp server(slow_second_dot);
    const ScriptedSmtp another("{}");
    use_relay(server.port());
    subscribe(4);
    auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    const std::weak_ptr<pipeline::DeliveryService> first = service;
    use_relay(another.port());
    settings.relays[0].name = "other";
    settings.newsletters[0].relay = "other";
    service = successor_of(service);
    REQUIRE(eventually([&] { return progress().sent == 4; }));
    REQUIRE(eventually([&] {
        service->forget_predecessor();
        return first.expired();
    }));
    for (int i = 0; i < 2; ++i) service = successor_of(service);
    CHECK(service->drain());
    CHECK(log().size() == 4);
}

TEST_CASE_METHOD(Handover, "a service that stepped back and found no successor still records what comes in") {
    const ScriptedSmtp server(slow_second_dot);
    use_relay(server.port());
    subscribe(5);
    const auto service = started();
    REQUIRE(eventually([&] { return server.count("\"message\"") == 2; }));
    service->step_back(50ms);
    CHECK(service->drain());
    CHECK(progress().sent == 2);
    CHECK(doubts() == 0);
    CHECK_FALSE(events.has("down"));
}

TEST_CASE_METHOD(Handover, "nobody takes over from a service whose database was replaced") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(5);
    const auto service = started();
    REQUIRE(eventually([&] { return progress().sent == 5; }));
    service->step_back(50ms);
    open().backup_to(dir / "copy.db");
    std::filesystem::rename(dir / "copy.db", settings.data_dir / "paperround.db");
    CHECK(service->database_replaced());
    CHECK_THROWS_AS(pipeline::DeliveryService(prepared(), surroundings(), service), db::Error);
    CHECK_FALSE(service->drain());
}

// The flight recorder beside a service at work: what its file says at moments at which a kill may come.
#include <catch2/catch.hpp>
#include <filesystem>

#include "base/file.hpp"
#include "pipeline/fixture.hpp"
#include "queue/recorder/flight_format.hpp"
#include "queue/recorder/flight_log.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using queue::Flight;
using test::eventually;
using test::ScriptedSmtp;

namespace {

struct Recorded : test::PipelineFixture {
    std::unique_ptr<pipeline::DeliveryService> service_with_recorder() {
        auto around = surroundings();
        around.recorder = pipeline::RecorderPlace{.folder = settings.data_dir, .boot = std::string(32, 'b')};
        return std::make_unique<pipeline::DeliveryService>(prepared(), around);
    }
    [[nodiscard]] std::vector<Flight> flights() const {
        std::vector<Flight> found;
        const auto file = read_file(settings.data_dir / "flight-recorder", queue::flight::file_octets);
        const auto log = queue::read_flight_log(file.value_or(""));
        if (!log) return found;
        for (const queue::FlightRecord& record : log->records) found.push_back(record.flight);
        return found;
    }
    [[nodiscard]] bool has_file() const {
        return std::filesystem::exists(settings.data_dir / "flight-recorder");
    }
};

}  // namespace

TEST_CASE_METHOD(Recorded, "while a relay does not answer the dot, the recorder says that it leaves") {
    const ScriptedSmtp server(R"({"dot": {"stall": true}})");
    use_relay(server.port());
    settings.drain = 100ms;
    subscribe(1);
    auto service = service_with_recorder();
    service->start();
    CHECK(eventually([&] { return flights() == std::vector{Flight::dot_leaving}; }, 20s));
    CHECK(service->drain());
    CHECK_FALSE(has_file());
    CHECK(log().at(0).outcome.kind == queue::OutcomeKind::in_doubt);
}

TEST_CASE_METHOD(Recorded, "a message that was refused with the session waits for another one as not begun") {
    const ScriptedSmtp server(
        R"({"connect": ["220 scripted ESMTP", {"stall": true}],
            "dot": ["250 2.0.0 Queued", {"reply": "421 4.3.2 no more today", "close": true}]})");
    use_relay(server.port());
    settings.drain = 100ms;
    subscribe(2);
    auto service = service_with_recorder();
    service->start();
    CHECK(eventually(
        [&] { return server.count("\"message\"") == 2 && flights() == std::vector{Flight::claimed}; }, 20s));
    CHECK(service->drain());
    CHECK(progress().sent == 1);
}

TEST_CASE_METHOD(Recorded, "a stop that has recorded everything removes the recorder's file") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(30);
    auto service = service_with_recorder();
    CHECK(has_file());
    service->run_once({});
    CHECK(flights().empty());
    REQUIRE(service->drain());
    CHECK_FALSE(has_file());
    CHECK(progress().sent == 30);
}

TEST_CASE_METHOD(Recorded,
                 "a successor goes on with the recorder, and knows what its predecessor's couriers hold") {
    const ScriptedSmtp server(R"({"dot": {"stall": true}})");
    use_relay(server.port());
    settings.drain = 100ms;
    subscribe(1);
    std::shared_ptr<pipeline::DeliveryService> before = service_with_recorder();
    before->start();
    REQUIRE(eventually([&] { return flights() == std::vector{Flight::dot_leaving}; }, 20s));
    before->step_back(10ms);
    {
        pipeline::DeliveryService next(prepared(), surroundings(), before);
        next.start();
        CHECK(flights() == std::vector{Flight::dot_leaving});
        CHECK(next.drain());
    }
    CHECK_FALSE(has_file());
    CHECK(log().at(0).outcome.kind == queue::OutcomeKind::in_doubt);
}

TEST_CASE_METHOD(Recorded, "where the last outcomes cannot be recorded the recorder's file stays") {
    const ScriptedSmtp server("{}");
    use_relay(server.port());
    subscribe(3);
    auto service = service_with_recorder();
    service->run_once({});
    open().backup_to(dir / "copy.db");
    std::filesystem::rename(dir / "copy.db", settings.data_dir / "paperround.db");
    CHECK_FALSE(service->drain());
    service.reset();
    CHECK(has_file());
}

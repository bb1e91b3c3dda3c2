// A relay's couriers share their knowledge of its addresses.
#include "pipeline/fixture.hpp"
#include "support/several_addresses.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::PipelineFixture;

TEST_CASE_METHOD(
    PipelineFixture,
    "a name that cannot be resolved any more costs no connection that stands and teaches no limit") {
    const test::ScriptedSmtp server(R"({"dot": {"reply": "250 ok", "after_ms": 10}})");
    const test::SeveralAddresses once({"127.0.0.1"}, 1);
    use_relay(server.port(), 4);
    settings.relays[0].host = test::SeveralAddresses::name;
    constexpr int readers = 40;
    subscribe(readers);
    run_once();
    CHECK(progress().sent == readers);
    CHECK(server.count("\"connected\"") == 1);
    CHECK(log().size() == readers);
    CHECK_FALSE(events.has("connections: "));
    CHECK_FALSE(events.has("down: "));
}

// Takes two seconds, for which the first connection waits for the dead address. Without sharing each would.
TEST_CASE_METHOD(PipelineFixture,
                 "an address that does not answer delays one connection of a relay and no other") {
    const test::ScriptedSmtp server("{}");
    const test::MuteAddress mute("127.0.0.2", server.port());
    const test::SeveralAddresses both({"127.0.0.2", "127.0.0.1"});
    use_relay(server.port());
    settings.relays[0].host = test::SeveralAddresses::name;
    settings.relays[0].timeouts.connect = 3s;
    settings.relays[0].messages_per_connection = 1;
    constexpr int readers = 5;
    subscribe(readers);
    const auto begun = std::chrono::steady_clock::now();
    run_once();
    CHECK(progress().sent == readers);
    CHECK(server.count("\"connected\"") == readers);
    CHECK(std::chrono::steady_clock::now() - begun < 6s);
}

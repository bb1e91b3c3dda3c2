#include "queue/store/relay_store.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using test::QueueFixture;

TEST_CASE_METHOD(QueueFixture, "a relay's health survives a restart") {
    RelayHealth health;
    health.trouble(clock.now(), "421 closing");
    relays->save_relay_health("main", health);
    CHECK(relays->relay_health("main") == health);
    CHECK(relays->relay_health("unknown") == RelayHealth{});
}

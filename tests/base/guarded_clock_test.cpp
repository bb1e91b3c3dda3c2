#include "base/guarded_clock.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;

namespace {

struct Machine {
    Time wall = from_millis(1'790'000'000'000);
    Duration boot = 1h;
    GuardedClock clock{{.wall = [this] { return wall; }, .since_boot = [this] { return boot; }}};
    void run(Duration length) {
        wall += length;
        boot += length;
    }
};

}  // namespace

TEST_CASE("time passes as on the wall clock, through a suspension too") {
    Machine machine;
    CHECK(machine.clock.now() == machine.wall);
    machine.run(72h);
    CHECK(machine.clock.now() == machine.wall);
    CHECK(machine.clock.follow() == 0ms);
}

TEST_CASE("small corrections are followed, however many they are") {
    Machine machine;
    for (int i = 0; i < 100; ++i) {
        machine.run(10s);
        machine.wall += i % 2 == 0 ? 59s : 50s;
        CHECK(machine.clock.follow() == 0ms);
        CHECK(machine.clock.now() == machine.wall);
    }
}

TEST_CASE("a clock that is set back or ahead is told, and not followed until that is accepted") {
    Machine machine;
    const Duration jump = GENERATE(as<Duration>{}, -24h, 72h, 61s, -61s);
    const Time before = machine.clock.now();
    machine.wall += jump;
    CHECK(machine.clock.now() == before);
    CHECK(machine.clock.follow() == jump);
    machine.run(5s);
    CHECK(machine.clock.now() == before + 5s);
    CHECK(machine.clock.follow() == jump);
    machine.clock.accept_jump();
    CHECK(machine.clock.now() == machine.wall);
    CHECK(machine.clock.follow() == 0ms);
}

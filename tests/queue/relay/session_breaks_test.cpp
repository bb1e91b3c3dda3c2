#include "queue/relay/session_breaks.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

TEST_CASE("one break among served messages is chance") {
    SessionBreaks breaks;
    CHECK(breaks.by_chance(100, 1ms, true));
    CHECK(breaks.by_chance(300, 1ms, false));
}

TEST_CASE("where nothing was served lately a break is the relay's trouble") {
    SessionBreaks breaks;
    CHECK_FALSE(breaks.by_chance(0, 1h, true));
    CHECK(breaks.by_chance(100, 30s - 1ms, true));
    CHECK_FALSE(breaks.by_chance(200, 30s, true));
}

TEST_CASE("the third break in a row is the relay's trouble, and the second where no other session is open") {
    SessionBreaks beside_others;
    CHECK(beside_others.by_chance(100, 1ms, true));
    CHECK(beside_others.by_chance(100, 1ms, true));
    CHECK_FALSE(beside_others.by_chance(100, 1ms, true));
    CHECK(beside_others.by_chance(200, 1ms, true));
    SessionBreaks alone;
    CHECK(alone.by_chance(100, 1ms, false));
    CHECK_FALSE(alone.by_chance(100, 1ms, false));
    CHECK(alone.by_chance(101, 1ms, false));
}

TEST_CASE("more than five breaks among fifty messages are the relay's trouble until they are few again") {
    SessionBreaks breaks;
    std::uint64_t served = 0;
    for (int i = 0; i < 5; ++i) CHECK(breaks.by_chance(served += 9, 1ms, true));
    // The last fifty: these five, and what was served beside them since the first.
    CHECK_FALSE(breaks.by_chance(served += 8, 1ms, true));
    CHECK(breaks.by_chance(served + 50, 1ms, true));
}

TEST_CASE("one break in ten messages is chance however long it goes on") {
    SessionBreaks breaks;
    for (std::uint64_t served = 10; served < 10'000; served += 10)
        REQUIRE(breaks.by_chance(served, 1ms, true));
}

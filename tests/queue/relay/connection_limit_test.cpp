#include "queue/relay/connection_limit.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {
const Time start = from_millis(1'790'000'000'000);
constexpr unsigned configured = 10;
}  // namespace

TEST_CASE("a connection that is turned away lowers the number to those that work") {
    ConnectionLimit limit;
    CHECK(limit.allowed(configured, start) == 10);
    CHECK(limit.refused(3, "421 too many connections", start));
    CHECK(limit.allowed(configured, start) == 3);
    CHECK(limit.words == "421 too many connections");
    CHECK_FALSE(limit.refused(3, "421 too many connections", start + 10ms));
    CHECK(limit.allowed(configured, start + 29s) == 3);
}

TEST_CASE("one more connection is tried after half a minute and then less and less often") {
    ConnectionLimit limit;
    limit.refused(3, "421", start);
    Time now = start + 30s;
    for (const Duration wait : {Duration(1min), Duration(2min), Duration(4min), Duration(8min),
                                Duration(16min), Duration(32min), Duration(1h), Duration(1h)}) {
        CHECK(limit.allowed(configured, now - 1ms) == 3);
        CHECK(limit.allowed(configured, now) == 4);
        CHECK(limit.refused(3, "421", now));
        now += wait;
    }
}

TEST_CASE("a connection that works is followed by the next until all are back") {
    ConnectionLimit limit;
    limit.refused(8, "connection refused", start);
    CHECK(limit.opened(9, configured, start + 30s));
    CHECK(limit.allowed(configured, start + 39s) == 9);
    CHECK(limit.allowed(configured, start + 40s) == 10);
    CHECK(limit.opened(10, configured, start + 40s));
    CHECK_FALSE(limit.learned());
}

TEST_CASE("a connection that is refused when it is used is a try that failed") {
    ConnectionLimit limit;
    limit.refused(3, "432 thread limit", start);
    Time now = start + 30s;
    for (const Duration wait : {Duration(1min), Duration(2min), Duration(4min)}) {
        CHECK(limit.allowed(configured, now) == 4);
        CHECK(limit.opened(4, configured, now));
        CHECK(limit.refused(3, "432 thread limit", now + 5s));
        now += 5s + wait;
        CHECK(limit.allowed(configured, now - 1ms) == 3);
    }
}

TEST_CASE("after a try that worked the next that fails is repeated soon") {
    ConnectionLimit limit;
    limit.refused(3, "421", start);
    for (const auto at : {30s, 90s, 210s}) limit.refused(3, "421", start + at);
    const Time now = start + 10min;
    CHECK(limit.opened(4, configured, now));
    SECTION("at connecting") {
        CHECK(limit.refused(4, "421", now + 10s));
        CHECK(limit.allowed(configured, now + 69s) == 4);
        CHECK(limit.allowed(configured, now + 70s) == 5);
    }
    SECTION("much later") {
        CHECK(limit.refused(3, "421", now + 2min));
        CHECK(limit.allowed(configured, now + 2min + 29s) == 3);
        CHECK(limit.allowed(configured, now + 2min + 30s) == 4);
    }
}

TEST_CASE("a session that replaces another raises nothing") {
    ConnectionLimit limit;
    limit.refused(3, "421", start);
    CHECK_FALSE(limit.opened(3, configured, start + 1s));
    CHECK(limit.limit == 3);
}

TEST_CASE("one connection is always left") {
    ConnectionLimit limit;
    limit.refused(0, "421", start);
    CHECK(limit.limit == 1);
}

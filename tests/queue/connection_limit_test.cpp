#include "queue/connection_limit.hpp"

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

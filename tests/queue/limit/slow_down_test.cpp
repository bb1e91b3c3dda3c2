#include "queue/limit/slow_down.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {
const Time start = from_millis(1'790'000'000'000);
}

TEST_CASE("the first complaint halves the configured rate") {
    const auto slow = SlowDown::begin(20.0, 500.0, start);
    CHECK(slow.limit == 10.0);
    CHECK(slow.normal == 20.0);
}

TEST_CASE("a domain without a limit gets half of the rate observed, and at least one a second") {
    CHECK(SlowDown::begin(std::nullopt, 40.0, start).limit == 20.0);
    CHECK(SlowDown::begin(std::nullopt, 40.0, start).normal == 40.0);
    CHECK(SlowDown::begin(std::nullopt, 0.1, start).limit == 1.0);
    CHECK(SlowDown::begin(std::nullopt, 0.1, start).normal == 2.0);
}

TEST_CASE("what was under way at the first complaint does not halve again") {
    auto slow = SlowDown::begin(20.0, 0.0, start);
    CHECK_FALSE(slow.complaint(start + 29s));
    CHECK(slow.limit == 10.0);
    CHECK(slow.complaint(start + 30s));
    CHECK(slow.limit == 5.0);
}

TEST_CASE("halving ends at one a minute, or half of a configured rate that is less") {
    auto slow = SlowDown::begin(20.0, 0.0, start);
    auto slower = SlowDown::begin(1.0 / 600, 0.0, start);
    for (int i = 1; i <= 20; ++i) {
        slow.complaint(start + i * 1min);
        slower.complaint(start + i * 1min);
    }
    CHECK(slow.limit == 1.0 / 60);
    CHECK(slower.limit == 1.0 / 1200);
}

TEST_CASE("every ten quiet minutes double the rate, until it is what it was") {
    auto slow = SlowDown::begin(20.0, 0.0, start);
    slow.complaint(start + 1min);
    REQUIRE(slow.limit == 5.0);
    CHECK(slow.restore(start + 11min - 1ms));
    CHECK(slow.limit == 5.0);
    CHECK(slow.restore(start + 11min));
    CHECK(slow.limit == 10.0);
    CHECK(slow.restore(start + 21min - 1ms));
    CHECK_FALSE(slow.restore(start + 21min));
}

TEST_CASE("a complaint begins the quiet time anew") {
    auto slow = SlowDown::begin(20.0, 0.0, start);
    slow.complaint(start + 9min);
    CHECK(slow.restore(start + 18min));
    CHECK(slow.limit == 5.0);
}

TEST_CASE("a daemon that was stopped for a day restores what is due at once") {
    auto slow = SlowDown::begin(20.0, 0.0, start);
    CHECK_FALSE(slow.restore(start + 24h));
}

TEST_CASE("a complaint that was not about the domain is undone") {
    auto slow = SlowDown::begin(20.0, 0.0, start);
    auto twice = slow;
    CHECK_FALSE(slow.take_back());
    twice.complaint(start + 1min);
    CHECK(twice.take_back());
    CHECK(twice.limit == 10.0);
}

#include "websub/websub_timing.hpp"

#include <catch2/catch.hpp>

using namespace paperround::websub;
using namespace std::chrono_literals;

TEST_CASE("a hub is asked again after a minute, doubled up to a day, give or take a tenth") {
    CHECK(hub_back_off(1, 0.5) == 1min);
    CHECK(hub_back_off(2, 0.5) == 2min);
    CHECK(hub_back_off(11, 0.5) == 1024min);
    CHECK(hub_back_off(12, 0.5) == 24h);
    CHECK(hub_back_off(4'000'000, 0.5) == 24h);
    CHECK(hub_back_off(1, 0.0) == 54s);
    CHECK(hub_back_off(0, 0.5) == 1min);
}

TEST_CASE("a verification is awaited for ten minutes, or as long as the back-off") {
    CHECK(verification_patience(1, 0.5) == 10min);
    CHECK(verification_patience(6, 0.5) == 32min);
}

TEST_CASE("a lease is renewed at about four fifths of it, and not within a minute") {
    CHECK(renewal_after(240h, 0.0) == 180h);
    CHECK(renewal_after(240h, 0.5) == 192h);
    CHECK(renewal_after(1s, 0.5) == 1min);
}

TEST_CASE("a pushed feed is polled once an hour, or as seldom as it was") {
    CHECK(poll_interval_while_pushed(10min) == 1h);
    CHECK(poll_interval_while_pushed(6h) == 6h);
}

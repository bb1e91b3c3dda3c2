#include "public/client_limits.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;
using pages::ClientLimits;

namespace {

struct Asked {
    // How many of so many requests were admitted.
    unsigned of(unsigned requests, const std::string& address) {
        unsigned admitted = 0;
        for (unsigned i = 0; i < requests; ++i)
            admitted += limits.admit(parse_ip_address(address), now) ? 1U : 0U;
        return admitted;
    }
    ClientLimits limits;
    Time now = from_millis(1'800'000'000'000);
};

}  // namespace

TEST_CASE("a client asks ten times an hour") {
    Asked asked;
    CHECK(asked.of(50, "203.0.113.9") == 10);
    asked.now += 59min;
    CHECK(asked.of(1, "203.0.113.9") == 0);
    asked.now += 1min;
    CHECK(asked.of(50, "203.0.113.9") == 10);
}

TEST_CASE("clients of other networks are not held up by one") {
    Asked asked;
    CHECK(asked.of(50, "203.0.113.9") == 10);
    CHECK(asked.of(50, "203.0.113.10") == 10);
    CHECK(asked.of(50, "198.51.100.9") == 10);
}

TEST_CASE("a network asks sixty times an hour, however many its clients are") {
    Asked asked;
    unsigned admitted = 0;
    for (int host = 1; host < 255; ++host) admitted += asked.of(3, fmt::format("203.0.113.{}", host));
    CHECK(admitted == 60);
    CHECK(asked.of(1, "203.0.114.1") == 1);
}

TEST_CASE("a household with IPv6 is one client, whichever of its addresses it takes") {
    Asked asked;
    unsigned admitted = 0;
    for (int host = 1; host < 100; ++host) admitted += asked.of(1, fmt::format("2001:db8:1:2::{:x}", host));
    CHECK(admitted == 10);
    CHECK(asked.of(1, "2001:db8:1:3::1") == 1);
}

TEST_CASE("clients that are not known share one limit") {
    Asked asked;
    CHECK(asked.of(2000, "unknown") == 1000);
    CHECK(asked.of(1, "203.0.113.9") == 1);
}

TEST_CASE("a clock that is set back begins a new hour") {
    Asked asked;
    CHECK(asked.of(11, "203.0.113.9") == 10);
    asked.now -= 24h;
    CHECK(asked.of(11, "203.0.113.9") == 10);
}

TEST_CASE("what is remembered of clients is bounded") {
    Asked asked;
    unsigned admitted = 0;
    for (int i = 0; i < 60'000; ++i)
        admitted += asked.of(1, fmt::format("{}.{}.{}.1", 1 + i / 65536, i / 256 % 256, i % 256));
    CHECK(admitted == ClientLimits::most_remembered / 2);  // each with its network
}

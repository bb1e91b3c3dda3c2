#include "config/limits.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {
Time at(std::string_view text) {
    return parse_rfc3339(text).value();
}
const WarmUp warm_up{.start = at("2026-12-01"), .first_day = 200, .growth = 1.5};
}  // namespace

TEST_CASE("a warm-up's ceiling grows once a UTC day") {
    CHECK(warm_up.ceiling(at("2026-12-01T00:00:00Z")) == 200);
    CHECK(warm_up.ceiling(at("2026-12-01T23:59:59Z")) == 200);
    CHECK(warm_up.ceiling(at("2026-12-02T00:00:00Z")) == 300);
    CHECK(warm_up.ceiling(at("2026-12-03T12:00:00Z")) == 450);
    CHECK(warm_up.ceiling(at("2026-12-04T12:00:00Z")) == 675);
    CHECK(warm_up.ceiling(at("2026-12-05T12:00:00Z")) == 1012);  // 1 012.5
}

TEST_CASE("before a warm-up's start its first day's ceiling holds") {
    CHECK(warm_up.ceiling(at("2026-11-01T00:00:00Z")) == 200);
}

TEST_CASE("a warm-up ends where its ceiling has grown past every use") {
    CHECK_FALSE(warm_up.ceiling(at("2027-12-01T00:00:00Z")).has_value());
}

TEST_CASE("a growth of one is a ceiling for ever") {
    const WarmUp flat{.start = at("2026-12-01"), .first_day = 50, .growth = 1.0};
    CHECK(flat.ceiling(at("2036-12-01T00:00:00Z")) == 50);
}

TEST_CASE("a limit that limits nothing is none") {
    CHECK_FALSE(Limit{}.any());
    CHECK(Limit{.rate = Rate{}}.any());
    CHECK(Limit{.connections = 1}.any());
    CHECK(Limit{.warm_up = warm_up}.any());
}

TEST_CASE("the defaults of the breaker are what the reference says") {
    CHECK(Breaker{}.share == 0.2);
    CHECK(Breaker{}.of == 100);
}

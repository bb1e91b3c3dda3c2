#include "base/text/rate.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;

TEST_CASE("a rate is a number and a unit: a second, a minute, an hour, a day") {
    CHECK(parse_rate("50/s") == Rate{50, 1s});
    CHECK(parse_rate("100/m") == Rate{100, 1min});
    CHECK(parse_rate("1000/h") == Rate{1000, 1h});
    CHECK(parse_rate("1000000/d") == Rate{1'000'000, 24h});
    CHECK(parse_rate("7200/h")->per_second() == 2.0);
}

TEST_CASE("what is no rate is refused") {
    for (const auto* text : {"", "/s", "50", "50/", "50/w", "50/sec", "0/s", "-1/s", "1.5/s", "1000001/s",
                             "50 /s", "99999999999999999999/s", "s/50"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rate(text).has_value());
    }
}

TEST_CASE("a rate is written as it was read") {
    for (const auto* text : {"50/s", "100/m", "1000/h", "5000/d"})
        CHECK(format_rate(*parse_rate(text)) == text);
}

TEST_CASE("a measured rate is written in the largest unit in which it is at least one") {
    CHECK(format_per_second(12.5) == "12.5/s");
    CHECK(format_per_second(1.0) == "1/s");
    CHECK(format_per_second(0.5) == "30/m");
    CHECK(format_per_second(1.0 / 900) == "4/h");
    CHECK(format_per_second(0.0) == "0/d");
}

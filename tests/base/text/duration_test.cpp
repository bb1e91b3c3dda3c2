#include "base/text/duration.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;

TEST_CASE("durations are read as the configuration writes them") {
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("10m") == 10min);
    CHECK(parse_duration("1h30m") == 90min);
    CHECK(parse_duration("7d") == 7 * 24h);
}

TEST_CASE("an impossible duration is refused") {
    const std::string text = GENERATE(as<std::string>{}, "", "10", "m", "-5m", "5 m", "10x",
                                      "99999999999999999999d", "4000d", "1h-1m", "1.5h");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text).has_value());
}

TEST_CASE("a duration is written in its shortest exact form") {
    CHECK(format_duration(0ms) == "0s");
    CHECK(format_duration(90min) == "1h30m");
    CHECK(format_duration(1500ms) == "1s500ms");
    CHECK(format_duration(-2s) == "-2s");
}

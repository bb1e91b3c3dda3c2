#include "websub/hub_query.hpp"

#include <catch2/catch.hpp>

using namespace paperround::websub;
using namespace std::chrono_literals;
using Mode = HubQuery::Mode;

TEST_CASE("a verification of a subscription is read with its challenge and lease") {
    const auto query = parse_hub_query(
        "hub.mode=subscribe&hub.topic=https%3A%2F%2Fexample.org%2Ffeed&hub.challenge=a+b%2Bc&hub.lease_"
        "seconds=864000");
    REQUIRE(query.has_value());
    CHECK(query->mode == Mode::subscribe);
    CHECK(query->topic == "https://example.org/feed");
    CHECK(query->challenge == "a b+c");
    CHECK(query->lease == 240h);
}

TEST_CASE("parameters of other names are passed over") {
    const auto query = parse_hub_query("utm=x&hub.topic=t&hub.mode=unsubscribe&flag&hub.challenge=c&utm=y");
    REQUIRE(query.has_value());
    CHECK(query->mode == Mode::unsubscribe);
    CHECK_FALSE(query->lease.has_value());
}

TEST_CASE("a denial needs no challenge, and its reason is one line") {
    const auto query = parse_hub_query("hub.mode=denied&hub.topic=t&hub.reason=not%0D%0Ahere%00+%FF&x=" +
                                       std::string(100, 'a'));
    REQUIRE(query.has_value());
    CHECK(query->mode == Mode::denied);
    CHECK(query->reason.find('\n') == std::string::npos);
    CHECK(query->reason.starts_with("not here"));
    CHECK(
        parse_hub_query("hub.mode=denied&hub.topic=t&hub.reason=" + std::string(2000, 'r'))->reason.size() ==
        300);
}

TEST_CASE("a lease that is no positive number is none") {
    for (const auto* lease : {"", "0", "-5", "ten", "1e9", "99999999999999999999999", "12x"}) {
        CAPTURE(lease);
        const auto query = parse_hub_query(
            "hub.mode=subscribe&hub.topic=t&hub.challenge=c&hub.lease_seconds=" + std::string(lease));
        REQUIRE(query.has_value());
        CHECK_FALSE(query->lease.has_value());
    }
}

TEST_CASE("what is missing, double, too long, not text or of another mode is refused") {
    const std::string long_topic(2001, 't');
    const std::string long_challenge(1001, 'c');
    for (const std::string& query : std::vector<std::string>{
             "", "hub.mode=subscribe", "hub.mode=subscribe&hub.topic=t", "hub.mode=subscribe&hub.challenge=c",
             "hub.mode=subscribe&hub.topic=&hub.challenge=c", "hub.mode=subscribe&hub.topic=t&hub.challenge=",
             "hub.mode=publish&hub.topic=t&hub.challenge=c", "hub.mode=Subscribe&hub.topic=t&hub.challenge=c",
             "hub.mode=subscribe&hub.mode=subscribe&hub.topic=t&hub.challenge=c",
             "hub.mode=subscribe&hub.topic=t&hub.challenge=%zz",
             "hub.mode=subscribe&hub.topic=%ff&hub.challenge=c",
             "hub.mode=subscribe&hub.topic=t&hub.challenge=a%0Ab", "hub.mode=denied",
             "hub.mode=subscribe&hub.challenge=c&hub.topic=" + long_topic,
             "hub.mode=subscribe&hub.topic=t&hub.challenge=" + long_challenge,
             "hub.mode=subscribe&hub.topic=t&hub.challenge=c&x=" + std::string(8192, 'x'),
             "hub.mode=subscribe&hub.topic=t&hub.challenge=c" + std::string(64, '&')}) {
        CAPTURE(query.substr(0, 100));
        CHECK_FALSE(parse_hub_query(query).has_value());
    }
}

#include "queue/relay/relay_health.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {
const Time now = from_millis(1'790'000'000'000);
}

TEST_CASE("trouble opens a back-off that doubles from 5 seconds to 5 minutes") {
    RelayHealth health;
    Time time = now;
    for (const Duration expected : {Duration(5s), Duration(10s), Duration(20s), Duration(40s), Duration(80s),
                                    Duration(160s), Duration(300s), Duration(300s)}) {
        REQUIRE(health.trouble(time, "421 busy"));
        CHECK(*health.next_attempt == time + expected);
        time = *health.next_attempt;
    }
}

TEST_CASE("trouble that other connections report during a back-off is the same incident") {
    RelayHealth health;
    REQUIRE(health.trouble(now, "421 busy"));
    CHECK_FALSE(health.trouble(now + 1s, "connection refused"));
    CHECK(health.failures == 1);
    CHECK(health.reason == "421 busy");
}

TEST_CASE("the first reply after trouble ends the incident and its back-off") {
    RelayHealth health;
    REQUIRE(health.trouble(now, "421 busy"));
    CHECK(health.success());
    CHECK(health.up());
    CHECK(health.may_try(now + 5s));
    CHECK(health.failures == 0);
    CHECK_FALSE(health.success());
}

TEST_CASE("two unanswered dots are chance, the third in a row is trouble") {
    RelayHealth health;
    CHECK_FALSE(health.doubt(now, "no reply"));
    CHECK_FALSE(health.doubt(now, "no reply"));
    CHECK_FALSE(health.success());
    CHECK_FALSE(health.doubt(now, "no reply"));
    CHECK_FALSE(health.doubt(now, "no reply"));
    CHECK(health.up());
    CHECK(health.doubt(now, "no reply"));
    CHECK_FALSE(health.up());
    CHECK(health.reason == "no reply");
}

TEST_CASE("more than five doubts among the last fifty replies are trouble whatever succeeded between") {
    RelayHealth health;
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(health.doubt(now, "no reply"));
        CHECK_FALSE(health.success());
    }
    CHECK(health.doubt(now, "no reply"));
    CHECK_FALSE(health.up());
    CHECK(health.reason == "6 of its last 11 replies were missing or out of step, the last: no reply");
}

TEST_CASE("one doubt in ten replies never backs a relay off") {
    RelayHealth health;
    for (int i = 0; i < 1000; ++i) {
        if (i % 10 == 0) {
            REQUIRE_FALSE(health.doubt(now, "no reply"));
        } else {
            REQUIRE_FALSE(health.success());
        }
    }
}

TEST_CASE("while doubts stay many each further one backs off for twice as long") {
    RelayHealth health;
    Time time = now;
    for (int i = 0; i < 5; ++i) {
        REQUIRE_FALSE(health.doubt(time, "no reply"));
        REQUIRE_FALSE(health.success());
    }
    for (const Duration expected : {Duration(5s), Duration(10s), Duration(20s)}) {
        REQUIRE(health.doubt(time, "no reply"));
        CHECK(*health.next_attempt == time + expected);
        time = *health.next_attempt;
        REQUIRE(health.success());
        CHECK(health.up());
    }
    SECTION("until clean replies have pushed them out") {
        for (int i = 0; i < 50; ++i) REQUIRE_FALSE(health.success());
        CHECK_FALSE(health.doubt(time, "no reply"));
        REQUIRE(health.trouble(time, "421 busy"));
        CHECK(*health.next_attempt == time + 5s);
    }
}

TEST_CASE("a quota lets the relay rest in steps that grow to two hours") {
    RelayHealth health;
    Time time = now;
    for (const Duration wait : {Duration(5min), Duration(10min), Duration(20min), Duration(40min),
                                Duration(80min), Duration(2h), Duration(2h)}) {
        CHECK(health.quota(time, "550 5.4.5 Daily limit"));
        CHECK_FALSE(health.quota(time + 1s, "550 5.4.5 Daily limit"));
        CHECK(health.next_attempt == time + wait);
        time += wait;
    }
    CHECK(health.resting);
    CHECK(health.success());
    CHECK_FALSE(health.resting);
}

TEST_CASE("trouble and a quota each begin with their own first step") {
    RelayHealth health;
    health.trouble(now, "connection refused");
    health.trouble(now + 5s, "connection refused");
    CHECK(health.quota(now + 15s, "550 5.4.5"));
    CHECK(health.next_attempt == now + 15s + 5min);
    CHECK(health.trouble(now + 15s + 5min, "connection refused"));
    CHECK(health.next_attempt == now + 15s + 5min + 5s);
    CHECK(health.down_since == now);
}

TEST_CASE("a person may have a relay tried at once") {
    RelayHealth health;
    health.quota(now, "550 5.4.5");
    CHECK_FALSE(health.may_try(now + 1s));
    health.try_now();
    CHECK(health.may_try(now + 1s));
    CHECK_FALSE(health.up());
}

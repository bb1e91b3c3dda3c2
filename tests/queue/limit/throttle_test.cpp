#include "queue/limit/throttle.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

const Time noon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 12h;

Throttle warmed_up(unsigned first_day) {
    Throttle throttle;
    throttle.limit.warm_up = config::WarmUp{
        .start = std::chrono::floor<std::chrono::days>(noon), .first_day = first_day, .growth = 2.0};
    throttle.refresh(noon);
    return throttle;
}

}  // namespace

TEST_CASE("nothing is limited where nothing is configured, learned or slowed down") {
    Throttle throttle;
    CHECK_FALSE(throttle.limits_anything());
    CHECK(throttle.room(noon) == Throttle::no_limit);
    throttle.learned = 1.0;
    CHECK(throttle.limits_anything());
}

TEST_CASE("the lower of a configured and a learned rate is in force, and a slow-down before both") {
    Throttle throttle;
    CHECK_FALSE(throttle.rate().has_value());
    throttle.learned = 8.0;
    CHECK(throttle.rate() == 8.0);
    throttle.limit.rate = Rate{5, 1s};
    CHECK(throttle.rate() == 5.0);
    throttle.learned = 2.0;
    CHECK(throttle.rate() == 2.0);
    throttle.slow = SlowDown{.normal = 5.0, .limit = 3.0, .changed = noon};
    CHECK(throttle.rate() == 3.0);
}

TEST_CASE("a configured rate is filled more slowly than it is, at a relay most, and others as they are") {
    Throttle throttle;
    throttle.learned = 10.0;
    CHECK(throttle.pace() == 10.0);
    throttle.limit.rate = Rate{10, 1s};
    CHECK(throttle.pace() == Approx(10 / 1.075));
    throttle.scope = Scope::domain;
    CHECK(throttle.pace() == Approx(10 / 1.035));
    throttle.learned = 9.0;
    CHECK(throttle.pace() == Approx(9.0));
}

TEST_CASE("as many are under way as connections allow, and one more when one of them ends") {
    Throttle throttle;
    throttle.limit.connections = 2;
    CHECK(throttle.room(noon) == 2);
    throttle.claim();
    throttle.claim();
    CHECK(throttle.room(noon) == 0);
    throttle.claim();  // claimed under a higher limit
    CHECK(throttle.room(noon) == 0);
    throttle.end(true);
    throttle.end(true);
    CHECK(throttle.room(noon) == 1);
}

TEST_CASE("one by one: the next only when the last one is known") {
    Throttle throttle;
    throttle.one_by_one = true;
    CHECK(throttle.room(noon) == 1);
    throttle.claim();
    CHECK(throttle.room(noon) == 0);
    throttle.end(true);
    CHECK(throttle.room(noon) == 1);
}

TEST_CASE("a day's ceiling closes until the next UTC midnight, and is twice as high then") {
    Throttle throttle = warmed_up(3);
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(throttle.closed_today(noon));
        throttle.claim();
    }
    CHECK(throttle.closed_today(noon));
    CHECK(throttle.room(noon) == 0);
    throttle.refresh(noon + 11h + 59min);
    CHECK(throttle.room(noon + 11h + 59min) == 0);
    throttle.refresh(noon + 12h);
    CHECK(throttle.room(noon + 12h) == 6);
}

TEST_CASE("a clock that goes back by a day does not open the day's ceiling again") {
    Throttle throttle = warmed_up(1);
    throttle.claim();
    throttle.refresh(noon - 24h);
    CHECK(throttle.used == 1);
}

TEST_CASE("what did not reach the server gives back its place in the day and in the rate") {
    Throttle throttle = warmed_up(3);
    throttle.limit.rate = Rate{1, 1h};
    throttle.claim();
    CHECK(throttle.used == 1);
    CHECK(throttle.bucket.available() == 0);
    throttle.end(false);
    CHECK(throttle.used == 0);
    CHECK(throttle.bucket.available() == 1);
    throttle.claim();
    throttle.end(true);
    CHECK(throttle.used == 1);
    CHECK(throttle.bucket.available() == 0);
}

TEST_CASE("what comes back while deliveries go one by one opens the rate no further") {
    Throttle throttle;
    throttle.limit.rate = Rate{1, 1h};
    throttle.claim();
    throttle.one_by_one = true;
    throttle.end(false);
    CHECK(throttle.bucket.available() == 0);
}

TEST_CASE("an end too many does not count below nothing") {
    Throttle throttle = warmed_up(3);
    throttle.end(false);
    CHECK(throttle.in_flight == 0);
    CHECK(throttle.used == 0);
}

TEST_CASE("a throttle says how long its rate keeps the next one back") {
    Throttle throttle;
    CHECK_FALSE(throttle.until_room().has_value());
    throttle.learned = 2.0;
    throttle.refresh(noon);
    CHECK_FALSE(throttle.until_room().has_value());
    throttle.bucket.tokens = 0.0;
    CHECK(throttle.until_room() == 500ms);
}

TEST_CASE("a slow-down that ends is said once, and is to be stored") {
    Throttle throttle;
    throttle.slow = SlowDown{.normal = 8.0, .limit = 4.0, .changed = noon};
    CHECK_FALSE(throttle.refresh(noon + 9min));
    CHECK_FALSE(throttle.changed);
    CHECK(throttle.refresh(noon + 10min));
    CHECK_FALSE(throttle.slow.has_value());
    CHECK(throttle.changed);
    CHECK_FALSE(throttle.refresh(noon + 11min));
}

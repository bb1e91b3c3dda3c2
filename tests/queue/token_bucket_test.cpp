#include "queue/token_bucket.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

const Time start = from_millis(1'790'000'000'000);

// How many are let through within `length`, asked every `step`.
std::size_t through(TokenBucket& bucket, double per_second, Time from, Duration length, Duration step) {
    std::size_t count = 0;
    for (Duration passed{0}; passed < length; passed += step) {
        bucket.refill(per_second, from + passed);
        count += bucket.available();
        bucket.take(bucket.available());
    }
    return count;
}

}  // namespace

TEST_CASE("a bucket lets its rate through, however often it is asked") {
    for (const Duration step : {Duration(1ms), Duration(7ms), Duration(200ms), Duration(1s)}) {
        CAPTURE(step.count());
        TokenBucket bucket{.tokens = 0.0, .refilled = start};
        const auto count = through(bucket, 50.0, start, 60s, step);
        CHECK(count >= 50 * 59 - 1);
        CHECK(count <= 50 * 60);
    }
}

TEST_CASE("a rate below one a second gives one token at a time") {
    TokenBucket bucket{.tokens = 0.0, .refilled = start};
    CHECK(through(bucket, 1000.0 / 3600, start, 2h, 200ms) == 1999);  // the last one is due at the end
    bucket.refill(1000.0 / 3600, start + 24h);
    CHECK(bucket.available() == 1);
}

TEST_CASE("after a pause or a restart the burst is one second's worth, and at least one") {
    TokenBucket fast{.tokens = 0.0, .refilled = start};
    fast.refill(20.0, start + 24h);
    CHECK(fast.available() == 20);
    TokenBucket slow{.tokens = 0.0, .refilled = start};
    slow.refill(0.001, start + 24 * 365h);
    CHECK(slow.available() == 1);
    // What an older run stored under a higher rate does not carry over.
    TokenBucket stored{.tokens = 500.0, .refilled = start};
    stored.refill(20.0, start);
    CHECK(stored.available() == 20);
}

TEST_CASE("a restart with the stored state earns nothing by itself") {
    TokenBucket before{.tokens = 0.0, .refilled = start};
    before.refill(2.0, start + 250ms);
    TokenBucket after = before;
    after.refill(2.0, start + 250ms);
    CHECK(after.available() == 0);
    after.refill(2.0, start + 500ms);
    CHECK(after.available() == 1);
}

TEST_CASE("a clock that goes back neither earns nor costs") {
    TokenBucket bucket{.tokens = 3.0, .refilled = start};
    bucket.refill(10.0, start - 1h);
    CHECK(bucket.available() == 3);
    bucket.refill(10.0, start - 1h + 100ms);
    CHECK(bucket.available() == 4);
}

TEST_CASE("what was taken and not used comes back") {
    TokenBucket bucket{.tokens = 5.0, .refilled = start};
    bucket.take(5);
    CHECK(bucket.available() == 0);
    bucket.give_back(2);
    CHECK(bucket.available() == 2);
}

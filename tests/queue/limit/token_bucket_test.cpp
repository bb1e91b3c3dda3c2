#include "queue/limit/token_bucket.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "queue/limit/throttle.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

const Time start = from_millis(1'790'000'000'000);

// When each of those that are let through within `length` begins, asked every `step`.
std::vector<Time> through(Throttle& throttle, Time from, Duration length, Duration step) {
    std::vector<Time> times;
    for (Duration passed{0}; passed < length; passed += step) {
        throttle.refresh(from + passed);
        for (std::size_t room = throttle.room(from + passed); room > 0; --room) {
            throttle.claim();
            throttle.end(true);
            times.push_back(from + passed);
        }
    }
    return times;
}

std::size_t most_in_a_second(const std::vector<Time>& times) {
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < times.size(); ++last) {
        while (times[last] - times[first] >= 1s) ++first;
        most = std::max(most, last - first + 1);
    }
    return most;
}

Throttle limited_to(unsigned count, Duration per = 1s) {
    return {.limit = {.rate = Rate{count, per}}, .bucket = {.tokens = 1.0, .refilled = start}};
}

}  // namespace

TEST_CASE("never more than the rate begin within any one second, and hardly fewer") {
    for (const unsigned rate : {1U, 2U, 5U, 14U, 100U, 1000U}) {
        for (const Duration step : {Duration(1ms), Duration(4ms), Duration(20ms)}) {
            CAPTURE(rate, step.count());
            Throttle throttle = limited_to(rate);
            auto times = through(throttle, start, 60s, step);
            CHECK(most_in_a_second(times) <= rate);
            CHECK(times.size() >= static_cast<std::size_t>(std::floor(60 * rate * 0.91)));
        }
    }
}

TEST_CASE("a provider's rate is used to nineteen twentieths and never exceeded within a second") {
    for (const unsigned rate : {2U, 5U, 14U, 100U, 1000U}) {
        for (const Duration step : {Duration(1ms), Duration(4ms), Duration(20ms)}) {
            CAPTURE(rate, step.count());
            Throttle throttle = limited_to(rate);
            throttle.scope = Scope::provider;
            const auto times = through(throttle, start, 60s, step);
            CHECK(most_in_a_second(times) <= rate);
            CHECK(times.size() >= static_cast<std::size_t>(60 * rate * 0.95));
        }
    }
}

TEST_CASE("neither a pause nor a late wake-up is followed by more than the rate") {
    Throttle throttle = limited_to(14);
    auto times = through(throttle, start, 5s, 5ms);
    for (const Duration pause : {Duration(50ms), Duration(300ms), Duration(1s), Duration(24h)}) {
        const auto more = through(throttle, times.back() + pause, 5s, 5ms);
        times.insert(times.end(), more.begin(), more.end());
    }
    CHECK(most_in_a_second(times) <= 14);
}

TEST_CASE("a restart with the stored state is followed by no more than the rate") {
    Throttle before = limited_to(14);
    auto times = through(before, start, 3s, 5ms);
    Throttle after = limited_to(14);
    after.bucket = before.bucket;
    const auto more = through(after, start + 3s + 100ms, 3s, 5ms);
    times.insert(times.end(), more.begin(), more.end());
    CHECK(most_in_a_second(times) <= 14);
    // What an older run stored under a higher rate does not carry over.
    Throttle stored = limited_to(14);
    stored.bucket.tokens = 500.0;
    stored.refresh(start);
    CHECK(stored.room(start) == 1);
}

TEST_CASE("a rate below one a second gives one token at a time") {
    Throttle hourly = limited_to(1000, 1h);
    const auto times = through(hourly, start, 2h, 20ms);
    CHECK(times.size() >= 1999);
    CHECK(times.size() <= 2000);
    hourly.refresh(start + 24h);
    CHECK(hourly.room(start + 24h) == 1);
}

TEST_CASE("a bucket says when it has a token again") {
    TokenBucket bucket{.tokens = 0.5, .refilled = start};
    CHECK(bucket.until_token(10.0) == 50ms);
    bucket.tokens = 1.0;
    CHECK(bucket.until_token(10.0) == 0ms);
    bucket.close_for(2s, 10.0);
    CHECK(bucket.until_token(10.0) == 2s);
    bucket.refill(10.0, start + 1999ms);
    CHECK(bucket.available() == 0);
    bucket.refill(10.0, start + 2s);
    CHECK(bucket.available() == 1);
}

TEST_CASE("a clock that goes back neither earns nor costs") {
    TokenBucket bucket{.tokens = 1.0, .refilled = start};
    bucket.refill(10.0, start - 1h);
    CHECK(bucket.available() == 1);
    bucket.take(1);
    bucket.refill(10.0, start - 1h + 100ms);
    CHECK(bucket.available() == 1);
}

TEST_CASE("what was taken and not used comes back one at a time") {
    TokenBucket bucket{.tokens = 1.0, .refilled = start};
    bucket.take(1);
    bucket.give_back();
    CHECK(bucket.available() == 1);
    for (int i = 0; i < 50; ++i) bucket.give_back();
    CHECK(bucket.available() == 1);
}

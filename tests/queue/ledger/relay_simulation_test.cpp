// How much of what a relay allows is used, over days, on an injected clock: the policy alone, without a
// database. The relays are those of the field, as their operators describe them.
#include <catch2/catch.hpp>
#include <deque>

#include "queue/ledger/limiting_relay.hpp"
#include "queue/limit/throttle.hpp"
#include "queue/outcome.hpp"
#include "queue/relay/relay_health.hpp"
#include "queue/relay/relay_pace.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

const Time start = from_millis(1'790'000'000'123);

using Relay = test::LimitingRelay;

struct Result {
    std::size_t sent = 0;
    std::size_t sent_after_first_minute = 0;
    std::size_t refused = 0;
    std::size_t at_the_quota = 0;
    Duration open{0};  // after the first minute, while the quota lasted
};

// As the ledger and its couriers work: claims when the throttle has room, and reports when the relay has
// answered.
Result deliver(Relay relay, std::size_t readers) {
    RelayPace pace;
    RelayHealth health;
    Throttle throttle{.bucket = {.tokens = 1.0, .refilled = start}};
    std::deque<Time> under_way;  // when the relay judges them
    Result result;
    std::size_t waiting = readers;
    for (Time now = start; result.sent < readers;) {
        bool changed = pace.rise(now);
        while (!under_way.empty() && under_way.front() <= now) {
            under_way.pop_front();
            const OutcomeKind kind = relay.judge(now);
            throttle.end(true);
            if (kind == OutcomeKind::accepted) {
                changed = pace.accepted(now) || changed;
                health.success();
                ++result.sent;
                if (now - start >= 1min) ++result.sent_after_first_minute;
                continue;
            }
            ++waiting;
            if (kind == OutcomeKind::relay_slowed) {
                changed = pace.complaint(now, "454 Throttling") || changed;
                ++result.refused;
            } else {
                health.quota(now, "550 5.4.5");
                ++result.at_the_quota;
            }
        }
        throttle.refresh(now);
        if (changed) {
            throttle.learned = pace.limit;
            throttle.one_by_one = pace.probing();
            if (pace.closed_for(now) > Duration(0))
                throttle.bucket.close_for(pace.closed_for(now), pace.limit);
        }
        std::size_t room = std::min<std::size_t>(throttle.room(now), relay.connections - under_way.size());
        if (!health.up()) room = health.may_try(now) && under_way.empty() ? 1 : 0;
        for (room = std::min(room, waiting); room > 0; --room, --waiting) {
            throttle.claim();
            under_way.push_back(now + relay.takes);
        }
        // On to the next thing that happens.
        Time next = now + 1s;
        if (!under_way.empty()) next = std::min(next, under_way.front());
        if (health.up())
            next = std::min(next, now + std::max<Duration>(1ms, throttle.until_room().value_or(1s)));
        if (!health.up() && under_way.empty()) next = std::max(next, *health.next_attempt);
        if (health.up() && now - start >= 1min) result.open += next - now;
        now = next;
    }
    return result;
}

double share_of(const Result& result, double per_second) {
    return static_cast<double>(result.sent_after_first_minute) /
           (std::chrono::duration<double>(result.open).count() * per_second);
}

// Everybody gets the mail, by nine tenths of what the relay allows while its quota lasts, and not more than
// one in `refused_of` is refused on the way.
void check(Relay relay, std::size_t readers, std::size_t refused_of) {
    for (const bool sliding : {false, true}) {
        relay.sliding = sliding;
        const Result result = deliver(relay, readers);
        CAPTURE(sliding, result.refused, result.at_the_quota, share_of(result, relay.per_second()));
        CHECK(result.sent == readers);
        CHECK(share_of(result, relay.per_second()) >= 0.9);
        CHECK(result.refused <= readers / refused_of);
        // Of a day's rest, one each two hours and the first few.
        CHECK(result.at_the_quota <= 20 * (readers / std::max<std::size_t>(relay.daily, 1)));
    }
}

}  // namespace

TEST_CASE("a relay that counts by the second and by the day is used to nine tenths of what it allows") {
    check(test::ses(4'000), 10'000, 100);
}

TEST_CASE("a relay that counts by the minute is used to nine tenths of what it allows") {
    check(test::office_365(), 1'000, 20);
}

TEST_CASE("a relay that counts by ten seconds is used to nine tenths of what it allows") {
    check({.most = 100, .per = 10s, .sliding = false}, 4'000, 100);
}

TEST_CASE("a relay that counts by the hour is used to nine tenths of what it allows") {
    check({.most = 500, .per = 1h, .sliding = false}, 20'000, 20);
}

TEST_CASE("SES with 14 a second and 50 000 a day delivers to 120 000 readers", "[.][long]") {
    check(test::ses(50'000), 120'000, 1'000);
}

TEST_CASE("Office 365 with 30 a minute over 3 connections delivers to 10 000 readers", "[.][long]") {
    check(test::office_365(), 10'000, 100);
}

TEST_CASE("a relay with 200 a second delivers to 200 000 readers", "[.][long]") {
    check({.most = 200, .per = 1s, .sliding = false}, 200'000, 1'000);
}

TEST_CASE("a relay that counts by ten minutes delivers to 20 000 readers", "[.][long]") {
    check({.most = 100, .per = 10min, .sliding = false}, 20'000, 50);
}

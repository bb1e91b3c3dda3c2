#include "queue/store/time_store.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

namespace {

struct SetClock : QueueFixture {
    Time now = clock.now();
    void put_off(Duration wait) {
        mailing_to(1);
        const auto delivery = claim(newsletters, 1, now).at(0);
        deliveries->record(
            delivery, {.kind = OutcomeKind::deferred, .code = 450},
            {.state = DeliveryState::deferred, .due = now + wait, .waits = wait, .counted = true}, "main",
            now);
    }
};

}  // namespace

TEST_CASE_METHOD(SetClock, "the time of the last work is kept") {
    CHECK_FALSE(times->last_seen().has_value());
    times->seen(now);
    times->seen(now + 1s);
    CHECK(times->last_seen() == now + 1s);
}

TEST_CASE_METHOD(SetClock, "a delivery waits as long as it would have, whichever way the clock was set") {
    const Duration jump = GENERATE(Duration(-24h), Duration(24h));
    put_off(10min);
    times->follow_clock({now, now + jump});
    CHECK(deliveries->next_due() == now + jump + 10min);
}

TEST_CASE_METHOD(SetClock, "what was due is due") {
    put_off(0s);
    times->follow_clock({now, now - 24h});
    CHECK(deliveries->next_due() == now - 24h);
}

TEST_CASE_METHOD(
    SetClock, "a mailing that was to begin at once begins at once, and a later one when its schedule says") {
    mailings->create_mailing({.newsletter = "notes", .post_id = 1, .key = "a", .not_before = now}, now);
    mailings->create_mailing({.newsletter = "notes", .post_id = 2, .key = "b", .not_before = now + 1h}, now);
    times->follow_clock({now, now - 24h});
    CHECK(mailings->start_due(now - 24h) == 1);
    CHECK(mailings->start_due(now + 1h) == 1);
}

TEST_CASE_METHOD(SetClock,
                 "a relay's back-off lasts as long as it would have, and its trouble as long as it has") {
    RelayHealth health;
    health.trouble(now - 1min, "no route");
    health.next_attempt = now + 2min;
    relays->save_relay_health("main", health);
    times->follow_clock({now, now + 1h});
    CHECK(relays->relay_health("main").down_since == now + 59min);
    CHECK(relays->relay_health("main").next_attempt == now + 1h + 2min);
}

TEST_CASE_METHOD(SetClock, "a relay that may be tried may be tried") {
    RelayHealth health;
    health.trouble(now - 1min, "no route");
    health.next_attempt = now - 1s;
    relays->save_relay_health("main", health);
    times->follow_clock({now, now - 1h});
    CHECK(relays->relay_health("main").may_try(now - 1h));
}

TEST_CASE_METHOD(SetClock, "a pause by hand and a limit's bucket move with the clock") {
    relays->save_relay_orders("main", {.paused = now - 5min});
    Throttle throttle{.scope = Scope::relay, .name = "main", .bucket = {.tokens = 0.5, .refilled = now - 1s}};
    throttle.slow = SlowDown{.normal = 4.0, .limit = 2.0, .changed = now - 1min};
    limits->save_throttle(throttle);
    times->follow_clock({now, now + 1h});
    CHECK(relays->relay_orders("main").paused == now + 55min);
    CHECK(limits->throttles().at(0).bucket.refilled == now + 1h - 1s);
    CHECK(limits->throttles().at(0).slow->changed == now + 59min);
}

TEST_CASE_METHOD(SetClock, "nothing waits longer than allowed") {
    put_off(100h);
    RelayHealth health;
    health.trouble(now, "no route");
    health.next_attempt = now + 100h;
    relays->save_relay_health("main", health);
    times->bound_waits(now + 4h, now + 5min);
    CHECK(deliveries->next_due() == now + 4h);
    CHECK(relays->relay_health("main").next_attempt == now + 5min);
    times->bound_waits(now + 6h, now + 6h);
    CHECK(deliveries->next_due() == now + 4h);
    CHECK(relays->relay_health("main").next_attempt == now + 5min);
}

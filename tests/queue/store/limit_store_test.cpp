#include "queue/store/limit_store.hpp"

#include <catch2/catch.hpp>

#include "queue/fixture.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::QueueFixture;

namespace {

bool every_domain(std::string_view /*domain*/) {
    return true;
}

}  // namespace

TEST_CASE_METHOD(QueueFixture, "a throttle comes back as it was stored, under the same number") {
    Throttle stored{
        .scope = Scope::domain, .name = "example.org", .bucket = {.tokens = 0.25, .refilled = clock.now()}};
    stored.day = std::chrono::floor<std::chrono::days>(clock.now());
    stored.used = 17;
    stored.slow = SlowDown{.normal = 4.0, .limit = 1.0, .changed = clock.now()};
    limits->save_throttle(stored);
    const auto number = stored.id;
    CHECK(number > 0);
    limits->save_throttle(stored);
    CHECK(stored.id == number);
    const auto read = limits->throttles();
    REQUIRE(read.size() == 1);
    CHECK(read[0].id == number);
    CHECK(read[0].scope == Scope::domain);
    CHECK(read[0].name == "example.org");
    CHECK(read[0].bucket == stored.bucket);
    CHECK(read[0].day == stored.day);
    CHECK(read[0].used == 17);
    CHECK(read[0].slow == stored.slow);
}

TEST_CASE_METHOD(QueueFixture, "a slow-down that is over is over in the store, too") {
    Throttle throttle{.scope = Scope::domain, .name = "example.org"};
    throttle.slow = SlowDown{.normal = 4.0, .limit = 1.0, .changed = clock.now()};
    limits->save_throttle(throttle);
    throttle.slow.reset();
    limits->save_throttle(throttle);
    CHECK_FALSE(limits->throttles().at(0).slow.has_value());
    limits->remove_throttle(throttle.id);
    CHECK(limits->throttles().empty());
}

TEST_CASE_METHOD(QueueFixture, "domains and providers have shelves, relays and newsletters have none") {
    for (const Scope scope : {Scope::relay, Scope::newsletter, Scope::domain, Scope::provider}) {
        Throttle throttle{.scope = scope, .name = "name"};
        limits->save_throttle(throttle);
    }
    const auto shelves = limits->shelves();
    CHECK(shelves.domains.size() == 1);
    CHECK(shelves.providers.size() == 1);
    CHECK(shelves.domains.at("name") != shelves.providers.at("name"));
    CHECK(shelves.of("name", Providers()) == shelves.domains.at("name"));
    CHECK(shelves.of("other", Providers()) == 0);
}

TEST_CASE_METHOD(QueueFixture,
                 "the rate lately is what was tried within a minute, of the domains that count") {
    mailing_to(4);
    CHECK(limits->recent_rate(every_domain, clock.now()) == 0.0);
    for (const Delivery& delivery : claim(newsletters, 4, clock.now()))
        record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    clock.advance(10s);
    CHECK(limits->recent_rate(every_domain, clock.now()) == Approx(0.4));
    CHECK(limits->recent_rate([](std::string_view domain) { return domain == "example.com"; }, clock.now()) ==
          0.0);
    clock.advance(51s);
    CHECK(limits->recent_rate(every_domain, clock.now()) == 0.0);
}

TEST_CASE_METHOD(QueueFixture, "a rate seen over a moment is no more than was tried in it") {
    mailing_to(3);
    for (const Delivery& delivery : claim(newsletters, 3, clock.now()))
        record(delivery, OutcomeKind::accepted, DeliveryState::sent);
    CHECK(limits->recent_rate(every_domain, clock.now()) == Approx(3.0));
}

#include "queue/relay/relay_pace.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

const Time start = from_millis(1'790'000'000'000);

// 14 accepted within a moment, then a complaint: a relay that takes 14 a second.
RelayPace slowed_to_fourteen() {
    RelayPace pace;
    for (int i = 0; i < 14; ++i) pace.accepted(start + i * 3ms);
    pace.complaint(start + 50ms, "454 Throttling failure: Maximum sending rate exceeded.");
    return pace;
}

// Accepts evenly at the rate in force.
void accept_for(RelayPace& pace, Time& now, Duration length) {
    const Time end = now + length;
    while (now < end) {
        pace.accepted(now);
        pace.rise(now);
        now += Duration(static_cast<Duration::rep>(1000.0 / pace.limit));
    }
}

}  // namespace

TEST_CASE("a relay that never complains is as fast as it goes") {
    RelayPace pace;
    for (int i = 0; i < 1000; ++i) CHECK_FALSE(pace.accepted(start + i * 1ms));
    CHECK_FALSE(pace.learned());
}

TEST_CASE("the first complaint lowers the rate to what was accepted lately less a little") {
    RelayPace pace = slowed_to_fourteen();
    CHECK(pace.limit == Approx(14 * 0.97));
    CHECK(pace.words == "454 Throttling failure: Maximum sending rate exceeded.");
    CHECK(pace.since == start + 50ms);
}

TEST_CASE("a relay that complains at once gets one a second at first") {
    RelayPace pace;
    CHECK(pace.complaint(start, "454 Throttling"));
    CHECK(pace.limit == Approx(1.0));
}

TEST_CASE("behind a complaint nothing is sent for a second and then one at a time until one is accepted") {
    RelayPace pace = slowed_to_fourteen();
    CHECK(pace.closed_for(start + 50ms) == 1s);
    CHECK(pace.closed_for(start + 1049ms) == 1ms);
    CHECK(pace.closed_for(start + 1050ms) == 0ms);
    CHECK(pace.probing());
    CHECK(pace.accepted(start + 1060ms));
    CHECK_FALSE(pace.probing());
    CHECK(pace.limit == Approx(14 * 0.97));
}

TEST_CASE("what was under way at a complaint changes nothing whatever became of it") {
    RelayPace pace = slowed_to_fourteen();
    for (int i = 0; i < 30; ++i) CHECK_FALSE(pace.complaint(start + 60ms, "454 Throttling"));
    CHECK_FALSE(pace.accepted(start + 70ms));
    CHECK(pace.probing());
    CHECK(pace.limit == Approx(14 * 0.97));
}

TEST_CASE("a limit that counts by the minute shows over the whole cycle") {
    RelayPace pace;
    for (int i = 0; i < 30; ++i) pace.accepted(start + i * 100ms);
    Time now = start + 3s;
    pace.complaint(now, "450 4.7.0 too many");
    CHECK(pace.limit == Approx(10 * 0.97));
    // Refused until the minute is over, tried after 1, 2, 4, 8, 10, 10 … seconds.
    std::vector<Duration> tries;
    while (now + pace.closed_for(now) < start + 60s) {
        now += pace.closed_for(now);
        tries.push_back(now - start);
        pace.complaint(now, "450 4.7.0 too many");
    }
    CHECK(tries == std::vector<Duration>{4s, 6s, 10s, 18s, 28s, 38s, 48s, 58s});
    now += pace.closed_for(now);
    CHECK(now == start + 68s);
    CHECK(pace.accepted(now));
    CHECK(pace.limit == Approx(31.0 / 63 * 0.97));
}

TEST_CASE("the rate rises in small steps that double while it is used to the full") {
    RelayPace pace = slowed_to_fourteen();
    const double lowered = pace.limit;
    Time now = start + 1060ms;
    accept_for(pace, now, 5100ms);
    CHECK(pace.limit == Approx(lowered * 1.02));
    accept_for(pace, now, 5100ms);
    CHECK(pace.limit == Approx(lowered * 1.02 * 1.04));
    accept_for(pace, now, 5100ms);
    CHECK(pace.limit == Approx(lowered * 1.02 * 1.04 * 1.08));
}

TEST_CASE("a rate that nobody uses does not rise") {
    RelayPace pace = slowed_to_fourteen();
    const double lowered = pace.limit;
    pace.accepted(start + 2s);
    for (Duration passed = 3s; passed < 1h; passed += 1s) pace.rise(start + passed);
    CHECK(pace.limit == Approx(lowered));
}

TEST_CASE("each further complaint doubles the time between the steps") {
    RelayPace pace = slowed_to_fourteen();
    Time now = start + 1060ms;
    accept_for(pace, now, 5100ms);
    pace.complaint(now, "454 Throttling");
    now += pace.closed_for(now);
    const double lowered = pace.limit;
    accept_for(pace, now, 9s);
    CHECK(pace.limit == Approx(lowered));
    accept_for(pace, now, 2s);
    CHECK(pace.limit == Approx(lowered * 1.02));
}

TEST_CASE("a day without a complaint ends it") {
    RelayPace pace = slowed_to_fourteen();
    pace.accepted(start + 2s);
    CHECK_FALSE(pace.rise(start + 23h));
    CHECK(pace.rise(start + 50ms + 24h));
    CHECK_FALSE(pace.learned());
}

TEST_CASE("a slowed relay is spoken of once and again only where it gets less than half of what was said") {
    RelayPace pace = slowed_to_fourteen();
    CHECK(pace.worth_saying());
    CHECK_FALSE(pace.worth_saying());
    pace.limit = 7.0;
    CHECK_FALSE(pace.worth_saying());
    pace.limit = 6.0;
    CHECK(pace.worth_saying());
}

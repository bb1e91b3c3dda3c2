#include "queue/relay/message_limit.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {
const Time start = from_millis(1'790'000'000'000);
}

TEST_CASE("a server that says that a session is full is believed at once") {
    MessageLimit limit;
    CHECK(limit.allowed(1000, start) == 1000);
    CHECK(limit.ended(10, true, "452 4.5.3 too many messages", start));
    CHECK(limit.allowed(1000, start) == 10);
    CHECK(limit.allowed(5, start) == 5);
    CHECK(limit.words == "452 4.5.3 too many messages");
}

TEST_CASE("a server that hangs up is believed when two sessions in a row end after the same number") {
    MessageLimit limit;
    for (const unsigned after : {57U, 3U, 100U}) CHECK_FALSE(limit.ended(after, false, "closed", start));
    CHECK(limit.ended(100, false, "closed", start));
    CHECK(limit.allowed(1000, start) == 100);
}

TEST_CASE("a server that hangs up after about the same number teaches nothing") {
    MessageLimit limit;
    for (const unsigned after : {100U, 98U, 103U, 100U})
        CHECK_FALSE(limit.ended(after, false, "closed", start));
}

TEST_CASE("where another session has carried more within the hour a server that hangs up is not believed") {
    MessageLimit limit;
    limit.carried(200, start);
    limit.carried(7, start + 10min);
    for (int i = 0; i < 5; ++i) CHECK_FALSE(limit.ended(100, false, "closed", start + 1h - 1ms));
    CHECK(limit.ended(100, false, "closed", start + 1h));
    limit.carried(100, start + 1h);
    for (int i = 0; i < 5; ++i) CHECK_FALSE(limit.ended(90, false, "closed", start + 1h));
    CHECK(limit.ended(90, true, "452 4.5.3 too many messages", start + 1h));
}

TEST_CASE("what was learned is forgotten a day later and learned again") {
    MessageLimit limit;
    limit.ended(10, true, "452", start);
    CHECK(limit.allowed(1000, start + 24h - 1ms) == 10);
    CHECK(limit.allowed(1000, start + 24h) == 1000);
    CHECK(limit.ended(20, true, "452", start + 25h));
    CHECK(limit.allowed(1000, start + 25h) == 20);
}

TEST_CASE("a session that took nothing teaches nothing about the number") {
    MessageLimit limit;
    CHECK_FALSE(limit.ended(0, true, "421", start));
    CHECK_FALSE(limit.learned());
}

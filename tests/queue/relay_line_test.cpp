#include "queue/relay_line.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "support/manual_clock.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct Line {
    test::ManualClock clock;
    RelayLine line{clock, 10, 1000};

    void open(int sessions) {
        for (int i = 0; i < sessions; ++i) {
            REQUIRE(line.take_place());
            line.opening();
            line.opened();
        }
    }
    bool turned_away() {
        REQUIRE(line.take_place());
        line.opening();
        return line.turned_away("421 too many connections");
    }
};

}  // namespace

TEST_CASE_METHOD(Line, "a relay where nothing works is in trouble") {
    CHECK_FALSE(turned_away());
    CHECK_FALSE(line.news().has_value());
}

TEST_CASE_METHOD(Line, "a session too many is done without where others work") {
    open(3);
    CHECK(turned_away());
    CHECK(line.places() == 3);
    const auto news = line.news();
    REQUIRE(news.has_value());
    CHECK(news->connections.limit == 3);
    CHECK_FALSE(line.news().has_value());
}

TEST_CASE_METHOD(Line, "of sessions that are opened all at once those that work show the limit") {
    for (int i = 0; i < 10; ++i) {
        REQUIRE(line.take_place());
        line.opening();
    }
    for (int i = 0; i < 7; ++i) CHECK(line.turned_away("421 too many connections"));
    CHECK_FALSE(line.news().has_value());  // nobody knows yet
    for (int i = 0; i < 3; ++i) line.opened();
    CHECK(line.places() == 3);
    CHECK(line.news()->connections.limit == 3);
}

TEST_CASE_METHOD(Line, "where all that are opened at once fail the last is the relay's trouble") {
    for (int i = 0; i < 3; ++i) {
        REQUIRE(line.take_place());
        line.opening();
    }
    CHECK(line.turned_away("connection refused"));
    CHECK(line.turned_away("connection refused"));
    CHECK_FALSE(line.turned_away("connection refused"));
    CHECK_FALSE(line.news().has_value());
}

TEST_CASE_METHOD(Line, "when the sessions that worked have ended a refusal is trouble again") {
    open(2);
    line.ended();
    CHECK(turned_away());
    line.ended();
    line.opening();
    CHECK_FALSE(line.turned_away("connection refused"));
}

TEST_CASE_METHOD(Line, "too many at work costs a place unless there is only one") {
    open(2);
    CHECK(line.too_many("432 4.3.2 sender thread limit exceeded"));
    line.ended();
    CHECK(line.places() == 1);
    CHECK_FALSE(line.too_many("432 4.3.2 sender thread limit exceeded"));
}

TEST_CASE_METHOD(Line, "a courier without a place gets one when there may be one more") {
    open(2);
    CHECK(turned_away());
    clock.advance(30s);
    CHECK(line.take_place());
    CHECK(line.places() == 3);
}

TEST_CASE_METHOD(Line, "closing ends every wait") {
    open(1);
    CHECK(turned_away());
    line.set_pace(0.001, 1h);
    bool place = true;
    bool turn = true;
    std::thread waits_for_place([&] { place = line.take_place(); });
    std::thread waits_for_turn([&] { turn = line.await_turn(); });
    line.close();
    waits_for_place.join();
    waits_for_turn.join();
    CHECK_FALSE(place);
    CHECK_FALSE(turn);
}

TEST_CASE_METHOD(Line, "who waits for a turn when the relay is paused begins nothing") {
    line.set_pace(0.001, 1h);
    bool turn = true;
    std::thread waits([&] { turn = line.await_turn(); });
    line.set_paused(true);
    waits.join();
    CHECK_FALSE(turn);
}

TEST_CASE_METHOD(Line, "turns come at the rate that was set however many wait") {
    line.set_pace(100.0, 0ms);
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::jthread> couriers;
    for (int i = 0; i < 4; ++i) {
        couriers.emplace_back([this] {
            for (int turns = 0; turns < 3; ++turns) static_cast<void>(line.await_turn());
        });
    }
    couriers.clear();
    // 12 turns: 4 at most at once, and one each 10 ms.
    CHECK(std::chrono::steady_clock::now() - begun >= 80ms);
}

TEST_CASE_METHOD(Line, "without a rate every turn is free") {
    for (int i = 0; i < 1000; ++i) CHECK(line.turn_now());
    line.set_pace(1.0, 0ms);
    CHECK(line.turn_now());
    CHECK_FALSE(line.turn_now());
    line.set_pace(std::nullopt, 0ms);
    CHECK(line.turn_now());
}

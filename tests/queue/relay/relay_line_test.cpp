#include "queue/relay/relay_line.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "support/manual_clock.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

using TooMany = RelayLine::TooMany;
using Steady = std::chrono::steady_clock;

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
    TooMany too_many(RelayLine::Moment begun, RelayLine::Moment accepted = {}) {
        return line.too_many("432 4.3.2 sender thread limit exceeded", begun, accepted);
    }
};

// Ten sessions that send all the time to a relay where three may be between DATA and the dot at a time; what
// was one too many at DATA it refuses at the dot. Its time is simulated, and how long each message takes is
// chance.
struct ThreadLimit : Line {
    enum class Event { data, dot, gone };
    struct Session {
        RelayLine::Moment begun, accepted;
        bool over = false;
    };

    explicit ThreadLimit(unsigned seed) : chance(seed) {
        open(10);
        for (std::size_t i = 0; i < sessions.size(); ++i) later(i, Event::data, 100);
    }

    void serve(int messages) {
        for (int accepted = 0; accepted < messages;) {
            const auto [when, number, event] = *events.begin();
            events.erase(events.begin());
            time = when;
            Session& session = sessions.at(number);
            if (event == Event::gone) line.left();
            if (event == Event::data) {
                session.begun = Steady::now();
                session.over = ++at_work > 3;
                later(number, Event::dot, 20, 40);
            }
            if (event != Event::dot) continue;
            --at_work;
            if (session.over) {
                complain(number);
            } else {
                ++accepted;
                session.accepted = Steady::now();
                later(number, Event::data, 2);
            }
        }
    }

    void complain(std::size_t number) {
        ++refused;
        switch (too_many(sessions.at(number).begun, sessions.at(number).accepted)) {
            case TooMany::leave:
                return later(number, Event::gone, 5);
            case TooMany::alone:
                ++complaints_to_one_alone;
                [[fallthrough]];
            case TooMany::again:
                return later(number, Event::data, 0, 200);
        }
    }

    void later(std::size_t number, Event event, double at_most, double at_least = 0) {
        std::uniform_real_distribution<double> milliseconds(at_least, at_least + at_most);
        events.insert({time + milliseconds(chance), number, event});
    }

    std::mt19937 chance;
    double time = 0;  // milliseconds
    std::set<std::tuple<double, std::size_t, Event>> events;
    std::array<Session, 10> sessions{};
    int at_work = 0;
    int refused = 0;
    int complaints_to_one_alone = 0;
};

// Sessions that each lose their connection now and then, whatever they have carried.
struct LossyNetwork : Line {
    explicit LossyNetwork(unsigned seed) : chance(seed) {}

    void serve(std::size_t sessions, int messages, double losses) {
        std::bernoulli_distribution lost(losses);
        std::vector<unsigned> carried(sessions, 0);
        for (int i = 0; i < messages; ++i) {
            unsigned& session = carried.at(static_cast<std::size_t>(i) % sessions);
            if (session > 0 && lost(chance)) {
                line.used_up(std::exchange(session, 0), false, "closed");
                ++broken;
            }
            line.served(++session);
            if (session < line.messages()) continue;
            session = 0;
            ++ended;
        }
    }

    std::mt19937 chance;
    int broken = 0;
    int ended = 0;  // because they had carried enough
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
    CHECK(too_many(Steady::now()) == TooMany::leave);
    line.left();
    CHECK(line.places() == 1);
    CHECK(too_many(Steady::now()) == TooMany::alone);
    CHECK(line.places() == 1);
}

TEST_CASE_METHOD(Line, "a session that is served while others are too many does not go with them") {
    open(3);
    const auto begun = Steady::now();
    CHECK(too_many(begun) == TooMany::leave);
    const auto served = Steady::now();
    SECTION("while the other one is ending") {
        CHECK(too_many(Steady::now(), served) == TooMany::again);
    }
    SECTION("with a message that began before the other one had ended") {
        const auto begun_then = Steady::now();
        line.left();
        CHECK(too_many(begun_then, served) == TooMany::again);
    }
    CHECK(line.places() == 2);
}

TEST_CASE_METHOD(Line, "one that is left alone meanwhile sends again before it is the relay's complaint") {
    open(2);
    const auto begun = Steady::now();
    CHECK(too_many(begun) == TooMany::leave);
    line.left();
    CHECK(too_many(begun) == TooMany::again);
    CHECK(too_many(Steady::now()) == TooMany::alone);
}

TEST_CASE_METHOD(Line, "what is complained about once the others have gone is one more that is too many") {
    open(3);
    CHECK(too_many(Steady::now()) == TooMany::leave);
    line.left();
    const auto served = Steady::now();
    CHECK(too_many(Steady::now(), served) == TooMany::leave);
    CHECK_FALSE(line.news().has_value());  // it may be one of several that go
    line.left();
    CHECK(line.news()->connections.limit == 1);
}

TEST_CASE("of ten sessions where three may be at work at a time three are left") {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        ThreadLimit relay(seed);
        relay.serve(1000);
        CHECK(relay.complaints_to_one_alone == 0);
        CHECK(relay.refused <= 30);
        CHECK(relay.line.places() == 3);
        CHECK(relay.line.news()->connections.limit == 3);
    }
}

TEST_CASE_METHOD(
    Line, "a session that fails for a reason of ours costs no place and teaches nothing where others work") {
    open(2);
    REQUIRE(line.take_place());
    line.opening();
    CHECK(line.not_opened_here());
    CHECK(line.places() == 3);
    CHECK_FALSE(line.news().has_value());
}

TEST_CASE_METHOD(
    Line, "where no session works and none is being opened a reason of ours is the relay out of reach") {
    REQUIRE(line.take_place());
    line.opening();
    line.opening();
    CHECK(line.not_opened_here());
    CHECK_FALSE(line.not_opened_here());
}

TEST_CASE_METHOD(Line, "a session that breaks beside others that are served rests alone") {
    open(3);
    line.served(1);
    line.ended();
    CHECK(line.broke() == Duration(5s));
}

TEST_CASE_METHOD(Line, "the only session that breaks behind served messages comes back sooner") {
    open(1);
    line.served(1);
    line.ended();
    CHECK(line.broke() == Duration(1s));
    CHECK_FALSE(line.broke().has_value());
}

TEST_CASE_METHOD(Line, "a session that breaks where nothing was served is the relay's trouble") {
    open(3);
    line.ended();
    CHECK_FALSE(line.broke().has_value());
}

TEST_CASE_METHOD(Line, "once the relay is in trouble each break is its own until it serves again") {
    open(3);
    line.served(1);
    line.troubled();
    CHECK_FALSE(line.broke().has_value());
    line.served(2);
    CHECK(line.broke().has_value());
}

TEST_CASE("sessions that are lost by chance teach no number of messages that is worth a thought") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        for (const std::size_t sessions : {1U, 20U}) {
            LossyNetwork network(seed);
            network.serve(sessions, 100'000, 0.005);
            CHECK(network.ended < network.broken);
        }
    }
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

TEST_CASE_METHOD(Line, "who waits for a turn for a while only goes without one") {
    CHECK(line.await_turn_for(0ms));
    line.set_pace(100.0, 0ms);
    CHECK(line.await_turn_for(0ms));
    CHECK(line.await_turn_for(10s));  // comes within 10 ms
    line.set_pace(0.001, 1h);
    CHECK_FALSE(line.await_turn_for(1ms));
    line.close();
    CHECK_FALSE(line.await_turn_for(10s));
}

TEST_CASE_METHOD(Line, "without a rate every turn is free") {
    for (int i = 0; i < 1000; ++i) CHECK(line.turn_now());
    line.set_pace(1.0, 0ms);
    CHECK(line.turn_now());
    CHECK_FALSE(line.turn_now());
    line.set_pace(std::nullopt, 0ms);
    CHECK(line.turn_now());
}

#include "queue/ledger/relay_shares.hpp"

#include <catch2/catch.hpp>

#include <array>

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct Trial {
    explicit Trial(unsigned first, unsigned second) : shares({{0, first}, {1, second}}) {}
    // Both lanes have room for `each`; how it goes for a while.
    void run(int rounds, std::size_t each = 5) {
        for (int round = 0; round < rounds; ++round) {
            now += 1ms;
            for (std::size_t lane = 0; lane < 2; ++lane) {
                shares.observe(lane, usable.at(lane), room.at(lane) && usable.at(lane), now);
            }
            for (std::size_t lane = 0; lane < 2; ++lane) {
                if (!room.at(lane)) continue;
                const auto count = std::min(each, shares.room(lane));
                shares.taken(lane, count);
                sent.at(lane) += count;
            }
        }
    }
    RelayShares shares;
    std::array<bool, 2> usable{true, true};
    std::array<bool, 2> room{true, true};
    std::array<std::size_t, 2> sent{0, 0};
    Time now = from_millis(1'790'000'000'000);
};

}  // namespace

TEST_CASE("relays share the work by their weights") {
    Trial trial(3, 1);
    trial.run(1000);
    CHECK(trial.sent[0] >= 3 * trial.sent[1] - 60);
    CHECK(trial.sent[0] <= 3 * trial.sent[1] + 60);
    CHECK(trial.sent[0] + trial.sent[1] > 5000);
}

TEST_CASE("a relay that is down leaves its work to the other, and gets its share again when it is back") {
    Trial trial(1, 1);
    trial.usable[0] = false;
    trial.run(1000);
    CHECK(trial.sent[0] == 0);
    CHECK(trial.sent[1] == 5000);
    trial.usable[0] = true;
    trial.sent = {0, 0};
    trial.run(1000);
    // It is owed a little, and not the thousands that the other one carried meanwhile.
    CHECK(trial.sent[0] <= trial.sent[1] + 30);
    CHECK(trial.sent[1] + 30 >= trial.sent[0]);
    CHECK(trial.sent[0] > 4000);
}

TEST_CASE("a relay that is full holds the other up for a moment only") {
    Trial trial(1, 1);
    trial.run(10);
    trial.room[0] = false;
    trial.run(900);
    CHECK(trial.sent[1] <= 80);
    trial.run(1000);
    CHECK(trial.sent[1] > 4000);
}

TEST_CASE("a relay of weight 0 carries mail only while none of the others can") {
    Trial trial(1, 0);
    trial.run(100);
    CHECK(trial.sent[1] == 0);
    CHECK(trial.sent[0] == 500);
    trial.usable[0] = false;
    trial.run(100);
    CHECK(trial.sent[1] == 500);
    trial.usable[0] = true;
    trial.run(100);
    CHECK(trial.sent[1] == 500);
    CHECK(trial.sent[0] == 1000);
}

TEST_CASE("a newsletter's only relay takes what it likes, and a stranger nothing") {
    RelayShares shares({{4, 1}});
    CHECK(shares.room(4) > 1'000'000);
    CHECK(shares.room(0) == 0);
    CHECK(shares.carries(4));
    CHECK_FALSE(shares.carries(0));
    CHECK_FALSE(shares.another_usable(4));
}

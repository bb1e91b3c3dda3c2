#include "daemon/live_line.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/manual_clock.hpp"

using namespace paperround;
using namespace paperround::daemon;
using namespace std::chrono_literals;

namespace {
struct LiveFixture {
    LiveLine line(Duration patience) {
        return {clock, patience, [this](std::string_view text) { written += text; }};
    }
    test::ManualClock clock;
    std::string written;
};
}  // namespace

TEST_CASE("progress is what is done, the rate and the time that is left") {
    CHECK(progress_text(12'400, 100'000, 1030, "") == "12 400 of 100 000, 1 030/s, 86 s left");
    CHECK(progress_text(10, 100, 0.5, "rows") == "10 of 100 rows, 0.5/s, 3 min left");
    CHECK(progress_text(0, 1'000'000, 100, "") == "0 of 1 000 000, 100/s, 2 h 47 min left");
    CHECK(progress_text(100, 100, 10, "") == "100 of 100, 10/s");
    CHECK(progress_text(5, 100, 0, "") == "5 of 100");
    CHECK(progress_text(5, 0, 2, "rows") == "5 rows, 2.0/s");
    CHECK(progress_text(7, 5, 1, "") == "7 of 7, 1.0/s");
}

TEST_CASE_METHOD(LiveFixture, "the rate is that of the last ten seconds") {
    auto live = line(0s);
    for (int second = 0; second <= 20; ++second) {
        written.clear();
        // 100 a second at first, 10 a second later.
        live.show(second <= 5 ? 100U * static_cast<unsigned>(second)
                              : 500U + 10U * static_cast<unsigned>(second - 5),
                  1000, "");
        clock.advance(1s);
    }
    CHECK(written == "\r\033[K650 of 1 000, 10/s, 35 s left");
}

TEST_CASE_METHOD(LiveFixture, "work that is done soon shows no line") {
    {
        auto live = line(2s);
        live.show(1, 10, "rows");
        clock.advance(1999ms);
        live.show(9, 10, "rows");
    }
    CHECK(written.empty());
}

TEST_CASE_METHOD(LiveFixture, "work that takes longer shows one, and takes it away at the end") {
    {
        auto live = line(2s);
        live.show(0, 100, "rows");
        clock.advance(2s);
        live.show(20, 100, "rows");
    }
    CHECK(written == "\r\033[K20 of 100 rows, 10/s, 8 s left\r\033[K");
}

TEST_CASE_METHOD(LiveFixture, "it is drawn at most four times a second") {
    auto live = line(0s);
    for (unsigned i = 0; i < 100; ++i) {
        live.show(i, 100, "");
        clock.advance(10ms);
    }
    CHECK(std::ranges::count(written, '\r') == 4);
}

TEST_CASE_METHOD(LiveFixture, "where there is no terminal nothing is shown") {
    LiveLine live(clock, 0s, {});
    live.show(1, 2, "");
    live.clear();
    CHECK_FALSE(live.shown());
    CHECK(written.empty());
}

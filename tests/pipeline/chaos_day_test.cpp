// Nobody is lost, whatever happens in whatever order: see chaos_day.hpp.
#include "pipeline/chaos_day.hpp"

#include <cstdlib>

using namespace paperround;
using namespace std::chrono_literals;

namespace {

// On a failure prints the day's events, in order.
void live_through(std::uint64_t seed, Duration length) {
    test::ChaosDay day(seed, length);
    const auto problems = day.live();
    INFO(fmt::format("seed {}:\n{}\nwhat happened:\n{}", seed, fmt::join(problems, "\n"),
                     fmt::join(day.happenings(), "\n")));
    CHECK(problems.empty());
}

}  // namespace

TEST_CASE("nobody is lost or mailed twice without a doubt through some hours of chaos") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) live_through(seed, 4h);
}

// Takes a minute or two. CHAOS_SEED=N runs only that day.
TEST_CASE("nobody is lost or mailed twice without a doubt through 200 days of chaos", "[.][long]") {
    if (const char* one = std::getenv("CHAOS_SEED"))
        return live_through(std::strtoull(one, nullptr, 10), 24h);
    for (std::uint64_t seed = 1; seed <= 200; ++seed) live_through(seed, 24h);
}

#include "queue/relay/relay_health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace paperround::queue {

using namespace std::chrono_literals;

namespace {
constexpr unsigned doubts_in_a_row = 3;
constexpr unsigned window_size = 50;
constexpr int few_doubts = 5;
}  // namespace

bool RelayHealth::trouble(Time now, const std::string& words) {
    if (!may_try(now)) return false;
    if (!down_since) down_since = now;
    if (std::exchange(resting, false)) failures = 0;
    Duration wait = 5s;
    for (unsigned i = 0; i < failures && wait < 5min; ++i) wait *= 2;
    ++failures;
    next_attempt = now + std::min<Duration>(wait, 5min);
    reason = words;
    return true;
}

void RelayHealth::remember(bool doubt) {
    constexpr std::uint64_t kept = (std::uint64_t{1} << window_size) - 1;
    window = ((window << 1U) | (doubt ? 1U : 0U)) & kept;
    replies = std::min(replies + 1, window_size);
}

bool RelayHealth::doubtful() const {
    return std::popcount(window) > few_doubts;
}

bool RelayHealth::doubt(Time now, const std::string& words) {
    remember(true);
    if (++doubts < doubts_in_a_row && !doubtful()) return false;
    if (!doubtful()) return trouble(now, words);
    return trouble(now, fmt::format("{} of its last {} replies were missing or out of step, the last: {}",
                                    std::popcount(window), replies, words));
}

bool RelayHealth::quota(Time now, const std::string& words) {
    if (!may_try(now)) return false;
    if (!down_since) down_since = now;
    if (!std::exchange(resting, true)) failures = 0;
    Duration wait = 5min;
    for (unsigned i = 0; i < failures && wait < 2h; ++i) wait *= 2;
    ++failures;
    next_attempt = now + std::min<Duration>(wait, 2h);
    reason = words;
    return true;
}

bool RelayHealth::success() {
    doubts = 0;
    remember(false);
    if (std::exchange(resting, false) || !doubtful()) failures = 0;
    if (up()) return false;
    down_since.reset();
    next_attempt.reset();
    reason.clear();
    return true;
}

}  // namespace paperround::queue

#include "queue/relay/connection_limit.hpp"

#include <algorithm>
#include <utility>

namespace paperround::queue {

namespace {
using namespace std::chrono_literals;
constexpr auto first_wait = 30s;
constexpr auto longest_wait = 1h;
constexpr auto after_success = 10s;
constexpr auto shows_late = 1min;
}  // namespace

unsigned ConnectionLimit::allowed(unsigned configured, Time now) const {
    if (!learned()) return configured;
    return std::min(configured, now >= next_trial ? limit + 1 : limit);
}

bool ConnectionLimit::refused(unsigned working, std::string_view reply, Time now) {
    working = std::max(working, 1U);
    if (learned() && working >= limit) {
        if (now < next_trial) return false;  // it was under way when the limit was found
        if (std::exchange(raised, Time{}) != Time{}) wait = first_wait;  // the try before has stood
        wait = std::min<Duration>(wait * 2, longest_wait);
        next_trial = now + wait;
        return true;
    }
    if (!learned()) since = now;
    const bool try_failed = std::exchange(raised, Time{}) > now - shows_late;
    limit = working;
    words = reply;
    wait = try_failed ? std::min<Duration>(wait * 2, longest_wait) : first_wait;
    next_trial = now + wait;
    return true;
}

bool ConnectionLimit::opened(unsigned open, unsigned configured, Time now) {
    if (!learned() || open <= limit) return false;
    limit = open;
    if (raised != Time{}) wait = first_wait;  // the try before has stood
    raised = now;
    next_trial = now + after_success;
    if (limit >= configured) *this = {};
    return true;
}

}  // namespace paperround::queue

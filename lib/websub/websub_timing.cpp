#include "websub/websub_timing.hpp"

#include <algorithm>

namespace paperround::websub {

namespace {

using namespace std::chrono_literals;

constexpr Duration shortest_wait = 1min;
constexpr Duration longest_wait = 24h;
constexpr Duration least_patience = 10min;
constexpr Duration slow_poll = 1h;

Duration share_of(Duration whole, double share) {
    return Duration(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

}  // namespace

Duration hub_back_off(unsigned failures, double chance) {
    Duration wait = shortest_wait;
    for (unsigned i = 1; i < failures && wait < longest_wait; ++i) wait *= 2;
    return share_of(std::min(wait, longest_wait), 0.9 + 0.2 * chance);
}

Duration verification_patience(unsigned failures, double chance) {
    return std::max(least_patience, hub_back_off(failures, chance));
}

Duration renewal_after(Duration lease, double chance) {
    return std::max(shortest_wait, share_of(lease, 0.75 + 0.1 * chance));
}

Duration poll_interval_while_pushed(Duration every) {
    return std::max(every, slow_poll);
}

}  // namespace paperround::websub

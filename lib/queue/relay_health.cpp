#include "queue/relay_health.hpp"

#include <algorithm>

namespace paperround::queue {

using namespace std::chrono_literals;

bool RelayHealth::trouble(Time now, const std::string& words) {
    if (!may_try(now)) return false;
    if (!down_since) down_since = now;
    Duration wait = 5s;
    for (unsigned i = 0; i < failures && wait < 5min; ++i) wait *= 2;
    ++failures;
    next_attempt = now + std::min<Duration>(wait, 5min);
    reason = words;
    return true;
}

bool RelayHealth::doubt(Time now, const std::string& words) {
    return ++doubts >= 3 && trouble(now, words);
}

bool RelayHealth::success(Time now) {
    doubts = 0;
    if (up()) return false;
    downtime += now - *down_since;
    *this = RelayHealth{.downtime = downtime};
    return true;
}

Duration RelayHealth::uptime(Time now) const {
    return (down_since ? *down_since : now).time_since_epoch() - downtime;
}

}  // namespace paperround::queue

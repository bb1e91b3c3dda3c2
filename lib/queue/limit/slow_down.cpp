#include "queue/limit/slow_down.hpp"

#include <algorithm>

namespace paperround::queue {

namespace {

using namespace std::chrono_literals;

constexpr auto one_cause = 30s;
constexpr auto quiet_time = 10min;
constexpr double least_rate = 1.0;  // a second
constexpr double least = 1.0 / 60;

}  // namespace

SlowDown SlowDown::begin(std::optional<double> configured, double observed, Time now) {
    if (configured) return {.normal = *configured, .limit = *configured / 2, .changed = now};
    const double limit = std::max(least_rate, observed / 2);
    return {.normal = std::max(observed, 2 * limit), .limit = limit, .changed = now};
}

bool SlowDown::complaint(Time now) {
    if (now - changed < one_cause) return false;
    limit = std::max(limit / 2, std::min(least, normal / 2));
    changed = now;
    return true;
}

bool SlowDown::take_back() {
    limit *= 2;
    return limit < normal;
}

bool SlowDown::restore(Time now) {
    while (now - changed >= quiet_time) {
        limit *= 2;
        changed += quiet_time;
        if (limit >= normal) return false;
    }
    return true;
}

}  // namespace paperround::queue

#include "queue/limit/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace paperround::queue {

void TokenBucket::refill(double per_second, Time now) {
    const std::chrono::duration<double> elapsed = std::max(now - refilled, Duration(0));
    // The epsilon absorbs rounding: ten additions of 0.1 must reach 1.
    tokens = std::min(1.0 + late * per_second, tokens + elapsed.count() * per_second + 1e-9);
    refilled = now;
}

Duration TokenBucket::until_token(double per_second) const {
    constexpr double longest = 3600.0;  // seconds; whoever waits looks again then
    const double seconds = std::min((1.0 - tokens) / per_second, longest);
    return Duration(std::max<Duration::rep>(0, static_cast<Duration::rep>(std::ceil(seconds * 1000.0))));
}

}  // namespace paperround::queue

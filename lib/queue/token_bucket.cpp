#include "queue/token_bucket.hpp"

#include <algorithm>

namespace paperround::queue {

void TokenBucket::refill(double per_second, Time now) {
    const std::chrono::duration<double> elapsed = std::max(now - refilled, Duration(0));
    // The hair keeps tenths that add up to one from staying below it.
    tokens = std::min(std::max(1.0, per_second), tokens + elapsed.count() * per_second + 1e-9);
    refilled = now;
}

}  // namespace paperround::queue

// Time comes in through Clock, so that tests can move it. Wall-clock milliseconds UTC; monotonic time is only
// used to measure durations and is taken straight from std::chrono::steady_clock. Implementations are
// thread-safe.
#pragma once

#include <chrono>

namespace paperround {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] Time now() const override;
};

// Milliseconds since the epoch: how a Time is stored in the database.
[[nodiscard]] constexpr std::int64_t to_millis(Time time) {
    return time.time_since_epoch().count();
}
[[nodiscard]] constexpr Time from_millis(std::int64_t millis) {
    return Time(Duration(millis));
}

}  // namespace paperround

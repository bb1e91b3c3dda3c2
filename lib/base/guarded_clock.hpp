// The wall clock without its jumps. It runs on the boot-time clock, which counts through a suspension and
// which nobody sets, and follows what a time server corrects by and by. Somebody who sets the clock by more
// than a minute, or a machine whose clock had stopped (a restored snapshot), is a jump: the time goes on as
// before until the jump is accepted, so that stored times can be moved by it first. Thread-safe.
#pragma once

#include <atomic>
#include <functional>

#include "base/clock.hpp"

namespace paperround {

// Where the time comes from: the wall clock, and the time since the machine was started.
struct TimeSources {
    std::function<Time()> wall;
    std::function<Duration()> since_boot;
    [[nodiscard]] static TimeSources of_system();
};

class GuardedClock final : public Clock {
  public:
    static constexpr Duration most_followed = std::chrono::minutes(1);

    explicit GuardedClock(TimeSources sources = TimeSources::of_system());

    [[nodiscard]] Time now() const override;
    // Looks at the wall clock, as is to be done every second or so: a small difference is followed. A jump is
    // returned, positive where the clock went ahead, and not followed; otherwise zero.
    Duration follow();
    // From now on the time is that of the wall clock.
    void accept_jump();

  private:
    TimeSources sources_;
    std::atomic<Duration> boot_{};  // when the machine was started, since the epoch
};

}  // namespace paperround

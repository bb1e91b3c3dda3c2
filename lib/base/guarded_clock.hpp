// The wall clock without its jumps. It runs on the boot-time clock, which counts through a suspension and
// which nobody sets, and follows the small corrections of a time server. A jump is a difference of more than
// a minute: somebody set the clock, or the machine's clock had stopped (a restored snapshot). After a jump
// this clock runs on as before until accept_jump() is called, so that stored times can be moved first.
// Thread-safe.
#pragma once

#include <atomic>
#include <functional>

#include "base/clock.hpp"

namespace paperround {

// The two clocks that are read: the wall clock, and the time since boot.
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
    // Compares with the wall clock; call it about once a second. A small difference is followed, and zero is
    // returned. A jump is returned (positive if the wall clock went ahead) and not followed.
    Duration follow();
    // From now on the time is the wall clock's.
    void accept_jump();

  private:
    TimeSources sources_;
    std::atomic<Duration> boot_{};  // time of boot since the epoch
};

}  // namespace paperround

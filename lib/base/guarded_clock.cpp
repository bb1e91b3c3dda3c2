#include "base/guarded_clock.hpp"

#include <ctime>
#include <utility>

namespace paperround {

TimeSources TimeSources::of_system() {
    return {.wall = [] { return SystemClock().now(); },
            .since_boot =
                [] {
                    timespec now{};
                    ::clock_gettime(CLOCK_BOOTTIME, &now);
                    return std::chrono::duration_cast<Duration>(std::chrono::seconds(now.tv_sec) +
                                                                std::chrono::nanoseconds(now.tv_nsec));
                }};
}

GuardedClock::GuardedClock(TimeSources sources) : sources_(std::move(sources)) {
    accept_jump();
}

Time GuardedClock::now() const {
    return Time(boot_.load() + sources_.since_boot());
}

Duration GuardedClock::follow() {
    const Duration ahead = sources_.wall() - now();
    if (ahead > most_followed || ahead < -most_followed) return ahead;
    boot_ = boot_.load() + ahead;
    return Duration(0);
}

void GuardedClock::accept_jump() {
    boot_ = sources_.wall().time_since_epoch() - sources_.since_boot();
}

}  // namespace paperround

// One relay, newsletter, recipient domain or provider that is limited, and how much of its limit is left. A
// plain value over injected time. The bucket, the day's count and the slow-down are what is stored; what is
// in flight is not, since nothing is after a restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "config/limits.hpp"
#include "queue/limit/slow_down.hpp"
#include "queue/limit/token_bucket.hpp"

namespace paperround::queue {

// The numbers are stored: a new value takes a new number, and none is used again.
enum class Scope { relay = 0, newsletter = 1, domain = 2, provider = 3 };

struct Throttle {
    static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    std::int64_t id =
        0;  // for a domain or a provider also the number of its shelf, see queue/limit/allowance.hpp
    Scope scope = Scope::relay;
    std::string name;
    config::Limit limit;  // as configured
    TokenBucket bucket;
    std::optional<SlowDown> slow;
    double learned = 0.0;     // a relay's own limit, a second (queue/relay/relay_pace.hpp); 0: none
    bool one_by_one = false;  // the relay refused the last one: the next only when it is known
    Time day{};               // the UTC midnight that `used` counts from
    std::uint64_t used = 0;   // tried on that day; counted only where there is a warm-up
    std::size_t in_flight = 0;
    bool changed = false;  // since it was stored

    // Whether there is anything to keep within.
    [[nodiscard]] bool limits_anything() const { return limit.any() || slow || learned > 0.0; }
    // The rate in force, a second.
    [[nodiscard]] std::optional<double> rate() const;
    // What it is filled with, a second: a little less than a configured rate, so that within any one second
    // no more than N of an N/s begin. A relay's N/s is N in 1.075 s, 100/m are 100 in 60.075 s, since a relay
    // counts what reaches it, and that comes together up to 70 ms closer. Others count over longer, behind a
    // relay: N in 1.035 s, 30 ms for what a bucket may be late and a few for rounding.
    [[nodiscard]] std::optional<double> pace() const;
    // How long until something may be claimed that only the rate keeps back; nothing where it keeps nothing
    // back. After refresh().
    [[nodiscard]] std::optional<Duration> until_room() const;
    // Brings it up to `now`; true where this ended a slow-down.
    bool refresh(Time now);
    // How many more may be claimed. After refresh().
    [[nodiscard]] std::size_t room(Time now) const;
    // The day's ceiling is reached: nothing more before the next UTC midnight.
    [[nodiscard]] bool closed_today(Time now) const;

    void claim();
    // One that was claimed has ended; `tried` where it reached the server and so has used up what it claimed.
    void end(bool tried);
};

}  // namespace paperround::queue

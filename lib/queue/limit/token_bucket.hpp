// A rate as a bucket of tokens: each delivery that begins takes one, and time brings them back. It holds one
// token, and what 30 ms bring in besides: deliveries are spread evenly over each second, and a thread that
// wakes a little late loses nothing. What is taken within any one second is then never more than a second's
// worth and one, whatever pause, restart or wake-up came before: Throttle::pace() fills it a little more
// slowly than the limit, so that it is never more than the limit. A plain value over injected time; its two
// fields are what is stored.
#pragma once

#include <cstddef>

#include "base/clock.hpp"

namespace paperround::queue {

struct TokenBucket {
    static constexpr double late = 0.03;  // seconds

    double tokens = 1.0;
    Time refilled{};
    bool operator==(const TokenBucket&) const = default;

    // Brings in what `now` has earned. A clock that went back earns nothing and takes nothing away.
    void refill(double per_second, Time now);
    // Whole tokens.
    [[nodiscard]] std::size_t available() const {
        return tokens < 1.0 ? 0 : static_cast<std::size_t>(tokens);
    }
    // How long from the last refill until there is a whole token.
    [[nodiscard]] Duration until_token(double per_second) const;
    void take(std::size_t count) { tokens -= static_cast<double>(count); }
    // One that was taken and not used. No more than one comes back at a time: what many had taken one after
    // the other may not begin all at once.
    void give_back() {
        if (tokens < 1.0) tokens = tokens < 0.0 ? tokens + 1.0 : 1.0;
    }
    // Nothing for `length`, and then one.
    void close_for(Duration length, double per_second) {
        tokens = 1.0 - std::chrono::duration<double>(length).count() * per_second;
    }
};

}  // namespace paperround::queue

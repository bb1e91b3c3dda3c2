// A rate as a bucket of tokens: each delivery that is claimed takes one, and time brings them back. Holds one
// second's worth and at least one, so that no pause and no restart is followed by a larger burst. A plain
// value over injected time; its two fields are what is stored.
#pragma once

#include <cstddef>

#include "base/clock.hpp"

namespace paperround::queue {

struct TokenBucket {
    double tokens = 1.0;
    Time refilled{};
    bool operator==(const TokenBucket&) const = default;

    // Brings in what `now` has earned. A clock that went back earns nothing and takes nothing away.
    void refill(double per_second, Time now);
    // Whole tokens.
    [[nodiscard]] std::size_t available() const {
        return tokens < 1.0 ? 0 : static_cast<std::size_t>(tokens);
    }
    void take(std::size_t count) { tokens -= static_cast<double>(count); }
    // What was taken and not used; more than the bucket holds spills at the next refill.
    void give_back(std::size_t count) { tokens += static_cast<double>(count); }
};

}  // namespace paperround::queue

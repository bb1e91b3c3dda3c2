// A recipient domain that said 4.7.x: slower, please. Its rate is halved, and restored step by step while it
// stays quiet. A plain value over injected time; its fields are what is stored.
//
// Policy: the first complaint halves the rate that was in force: the configured one, or, for a domain
// without, the one observed lately (the result no lower than one a second, since a rate seen over a moment
// means little). Complaints within 30 s of a halving belong to what was under way then and change nothing.
// Further ones halve again, down to one a minute (or half the configured rate, where that is less). Every 10
// quiet minutes the rate doubles; where it would reach the one from before, the slow-down is over.
#pragma once

#include <optional>

#include "base/clock.hpp"

namespace paperround::queue {

struct SlowDown {
    double normal = 0.0;  // a second; what it was before
    double limit = 0.0;   // a second; now
    Time changed{};       // the last halving or doubling
    bool operator==(const SlowDown&) const = default;

    // The first complaint. `configured` and `observed` are rates a second.
    [[nodiscard]] static SlowDown begin(std::optional<double> configured, double observed, Time now);
    // One more complaint; true where it halved the rate.
    bool complaint(Time now);
    // The last complaint was not about this domain: its halving is undone. False where nothing is left of the
    // slow-down by that.
    [[nodiscard]] bool take_back();
    // Takes the steps that are due; false where the slow-down is over.
    [[nodiscard]] bool restore(Time now);
};

}  // namespace paperround::queue

// The wall clock was set: what it said at that moment, and what it says since. Stored times are moved by it,
// so that a wait lasts as long as it would have.
#pragma once

#include "base/clock.hpp"

namespace paperround {

struct ClockJump {
    Time from;
    Time to;
    [[nodiscard]] Duration length() const { return to - from; }  // positive: ahead
};

}  // namespace paperround

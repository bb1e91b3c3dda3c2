// The wall clock was set: the time that it showed at that moment, and the time that it has shown since.
// Stored times are moved by the difference, so that a wait lasts as long as it would have.
#pragma once

#include "base/clock.hpp"

namespace paperround {

struct ClockJump {
    Time from;
    Time to;
    [[nodiscard]] Duration length() const { return to - from; }  // positive: ahead
};

}  // namespace paperround

// Moves stored times when the wall clock was set: see base/clock_jump.hpp. Only other processes may write
// meanwhile. An open service has the old times in memory, so this happens between two services.
#pragma once

#include <optional>

#include "base/clock_jump.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// Moves stored times in one transaction. Throws db::Error.
void follow_clock(db::Database& database, const config::Settings& settings, const ClockJump& jump);

// At a start. If the wall clock is before the moment at which the daemon last worked, it was set back: stored
// times follow, and the jump is returned for the log. Waits that are then longer than their longest interval
// are shortened to it. Uses its own transactions; throws db::Error.
std::optional<ClockJump> take_up_clock(db::Database& database, const config::Settings& settings, Time now);

}  // namespace paperround::pipeline

// What is stored follows a clock that was set: see base/clock_jump.hpp. Nothing else may write meanwhile but
// other processes; services that are open have the old times in memory, so it is done between two of them.
#pragma once

#include <optional>

#include "base/clock_jump.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// In one transaction. Throws db::Error.
void follow_clock(db::Database& database, const config::Settings& settings, const ClockJump& jump);

// At a start: where the clock stands before the moment at which the daemon was last at work, it was set back
// meanwhile, and is followed; the jump is returned, to be told. What then still waits longer than its longest
// interval allows is brought back to that. In transactions of its own; throws db::Error.
std::optional<ClockJump> take_up_clock(db::Database& database, const config::Settings& settings, Time now);

}  // namespace paperround::pipeline

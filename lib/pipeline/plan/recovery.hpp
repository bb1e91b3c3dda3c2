// The recovery at a start: handles what an earlier run left unfinished and what happened to the clock since,
// before anything is read into memory.
#pragma once

#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/events.hpp"

namespace paperround::pipeline {

// Follows a clock that was set back, does not count the time in which nothing ran, makes doubts of the
// deliveries that were being sent, and pauses mailings that have ended the process twice. Reported once it is
// on disk. Requires the data directory's lock. Throws db::Error.
void recover(db::Database& database, const config::Settings& settings, Time now, Random& random,
             Events& events);

}  // namespace paperround::pipeline

// When there is something to be done next: a delivery or a mailing is due and its newsletter's window is
// open, a post's hold ends, or a digest has something to say.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// Nothing where none waits; perhaps in the past. Throws db::Error.
[[nodiscard]] std::optional<Time> next_due(db::Database& database, const config::Settings& settings,
                                           Time now);

}  // namespace paperround::pipeline

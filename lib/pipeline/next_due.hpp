// When there is something to be done next: a delivery or a mailing is due, its newsletter's window is open and
// one of its relays is to be tried; a post's hold ends; or a digest has something to say.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// When what is ready of the newsletter becomes a mailing. Nothing where nothing is, or too little for a
// digest.
[[nodiscard]] std::optional<Time> next_mailing(db::Database& database, const config::Newsletter& newsletter,
                                               Time now);

// Nothing where none waits; perhaps in the past. Throws db::Error.
[[nodiscard]] std::optional<Time> next_due(db::Database& database, const config::Settings& settings,
                                           Time now);

}  // namespace paperround::pipeline

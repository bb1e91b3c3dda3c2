// When there is something to do next: a delivery or a mailing is due, its newsletter's window is open and one
// of its relays may be tried; a post's hold ends; or a digest has enough posts.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"

namespace paperround::pipeline {

// When the newsletter's ready posts become a mailing. Nothing if there are none, or too few for a digest.
[[nodiscard]] std::optional<Time> next_mailing(db::Database& database, const config::Newsletter& newsletter,
                                               Time now);

// Nothing if nothing waits; may be in the past. Throws db::Error.
[[nodiscard]] std::optional<Time> next_due(db::Database& database, const config::Settings& settings,
                                           Time now);

// When a reader comes to the next letter of a welcome series. That is nothing that was left undone.
[[nodiscard]] std::optional<Time> next_letter(db::Database& database, const config::Settings& settings,
                                              Time now);

}  // namespace paperround::pipeline

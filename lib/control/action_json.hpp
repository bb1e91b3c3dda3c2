// An action on record as JSON, as `paperround actions --json` prints it.
#pragma once

#include <string>

#include "queue/admin/action_log.hpp"

namespace paperround::control {

// One object on a line.
[[nodiscard]] std::string to_json(const queue::Action& action);

}  // namespace paperround::control

// The warnings of `check`: a configuration that is formally correct, but will certainly fail ("warning: …")
// or will fail except in a trial ("note: …"). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace paperround::daemon {

// One line each. `own_name` is the name for EHLO of relays without `ehlo`.
[[nodiscard]] std::vector<std::string> warnings_about(const config::Settings& settings,
                                                      std::string_view own_name);

}  // namespace paperround::daemon

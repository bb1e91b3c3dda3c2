// What `check` warns of: a configuration that is right by its letter, and that surely fails ("warning: …") or
// does so in all but a trial ("note: …"). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace paperround::daemon {

// One line each. `own_name` is what this host says with EHLO where a relay has no `ehlo`.
[[nodiscard]] std::vector<std::string> warnings_about(const config::Settings& settings,
                                                      std::string_view own_name);

}  // namespace paperround::daemon

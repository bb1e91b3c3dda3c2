// The newsletter that somebody names.
#pragma once

#include <string_view>

#include "config/settings.hpp"
#include "control/refusal.hpp"

namespace paperround::control {

// Where none is named, the only one that there is. A refusal says which there are, or what was perhaps meant.
[[nodiscard]] Answer<const config::Newsletter*> choose_newsletter(const config::Settings& settings,
                                                                  std::string_view name);

}  // namespace paperround::control

// A newsletter's look on its pages, from its theme. Pure.
#pragma once

#include "config/theme.hpp"
#include "web/pages.hpp"

namespace paperround::pages {

// Each colour with one that can be read on it, by day and in dark mode.
[[nodiscard]] web::Look look_of(const config::Theme& theme);

}  // namespace paperround::pages

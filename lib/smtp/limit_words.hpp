// What a relay's words about a limit are about, where its code does not tell. Pure.
#pragma once

#include <string_view>

namespace paperround::smtp {

// About how many sessions are at work at a time ("sender thread limit exceeded", "too many concurrent
// connections"), and not about how much is sent.
[[nodiscard]] bool names_connections(std::string_view reply);

}  // namespace paperround::smtp

// Which limit a relay's reply names, if its code does not say so. Pure.
#pragma once

#include <string_view>

namespace paperround::refusal {

// The reply is about the number of concurrent sessions ("sender thread limit exceeded", "too many concurrent
// connections"), not about the number of messages.
[[nodiscard]] bool names_connections(std::string_view reply);

}  // namespace paperround::refusal

// The process environment, as a value. No other file of the library reads it. Not thread-safe while another
// thread changes the environment (none of ours does).
#pragma once

#include <optional>
#include <string>

namespace paperround {

// Returns nothing if the variable is unset or empty.
[[nodiscard]] std::optional<std::string> environment(const std::string& name);

}  // namespace paperround

// The process environment, as a value. The only place of the library that reads it; call it before threads
// start that change the environment (none of ours does).
#pragma once

#include <optional>
#include <string>

namespace paperround {

// Nothing where the variable is unset or empty.
[[nodiscard]] std::optional<std::string> environment(const std::string& name);

}  // namespace paperround

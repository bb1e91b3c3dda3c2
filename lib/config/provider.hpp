// Who runs the mail servers of recipient domains. One provider serves thousands of domains, and counts and
// judges a sender for all of them together. A domain belongs to the provider with whose suffix the name of
// its best MX ends; a few domains are known without a look-up. Plain values.
#pragma once

#include <string>
#include <vector>

#include "config/limits.hpp"

namespace paperround::config {

struct Provider {
    std::string name;                  // identifier: a-z, 0-9, '-', '_'
    std::vector<std::string> mx;       // suffixes of its mail servers' names: lower case, whole labels
    std::vector<std::string> domains;  // its own mailbox domains
    Limit limit;
    bool operator==(const Provider&) const = default;
};

// The large providers, without limits.
[[nodiscard]] std::vector<Provider> known_providers();

}  // namespace paperround::config

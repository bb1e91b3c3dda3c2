// Who runs the mail servers of recipient domains. One provider serves thousands of domains, and counts and
// judges a sender for all of them together. A domain belongs to the provider whose suffix its best MX ends
// with; a few domains are known without asking. Plain values.
#pragma once

#include <string>
#include <vector>

#include "config/limits.hpp"

namespace paperround::config {

struct Provider {
    std::string name;                  // identifier: a-z, 0-9, '-', '_'
    std::vector<std::string> mx;       // what names of its mail servers end with: lower case, whole labels
    std::vector<std::string> domains;  // mailbox domains of its own
    Limit limit;
    bool operator==(const Provider&) const = default;
};

// The large ones, without limits.
[[nodiscard]] std::vector<Provider> known_providers();

}  // namespace paperround::config

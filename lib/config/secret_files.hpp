// Secrets, from the files that the settings name. Refused is a file that others than its owner (and group)
// can read. The errors are one line, with the file and what to do; never put a value in a message.
#pragma once

#include <string>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace paperround::config {

// The password of a relay: at most 4 KiB, one trailing line end removed.
[[nodiscard]] Result<std::string, std::string> read_password(const Relay& relay);
// A DKIM key as PEM: at most 64 KiB.
[[nodiscard]] Result<std::string, std::string> read_dkim_key(const DkimDomain& domain,
                                                             const DkimKeyFile& key);

}  // namespace paperround::config

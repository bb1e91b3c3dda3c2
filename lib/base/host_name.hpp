// This host's full name, as an SMTP client gives it in EHLO.
#pragma once

#include <string>

namespace paperround {

// The canonical name that the resolver gives for the host's own name; that name alone where there is none,
// and "localhost" as the last resort. May ask DNS: call it once, at start.
[[nodiscard]] std::string full_host_name();

}  // namespace paperround

// This host's full name, as an SMTP client gives it in EHLO.
#pragma once

#include <string>

namespace paperround {

// The canonical name that the resolver gives for the host's own name; that name alone where there is none,
// and "localhost" as the last resort. May ask DNS, and waits up to 2 s for it in all; an answer that comes
// later is that of the next call.
[[nodiscard]] std::string full_host_name();

}  // namespace paperround

// This host's full name, as an SMTP client gives it in EHLO.
#pragma once

#include <string>

namespace paperround {

// The canonical name that the resolver gives for the host's own name; without one, the host's own name;
// without that, "localhost". May ask DNS, and waits up to 2 s in all. An answer that comes later is returned
// by the next call.
[[nodiscard]] std::string full_host_name();

}  // namespace paperround

// Whether a port where a connection was silent expects TLS first. Probes over a second connection: on the
// first one, a server that is merely slow would receive octets before its greeting, which many servers punish
// (RFC 5321 §4.3.1).
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/interrupt.hpp"

namespace paperround::smtp {

// True if the server at `address` completed a TLS handshake for `host` within `patience`; its certificate
// does not matter. Blocks until then, or until the interrupt.
[[nodiscard]] bool takes_tls_first(const std::string& host, std::uint16_t port, const std::string& address,
                                   Duration patience, const Interrupt& interrupt);

}  // namespace paperround::smtp

// Whether TLS comes first at a port where a connection was met with silence: asked over a second connection,
// since on the first one a server that is merely slow would be spoken to before it has greeted, which many
// take amiss (RFC 5321 §4.3.1).
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/interrupt.hpp"

namespace paperround::smtp {

// True where the server at `address` completed a TLS handshake for `host` within `patience`; its certificate
// does not matter. Blocks until then, or until the interrupt.
[[nodiscard]] bool takes_tls_first(const std::string& host, std::uint16_t port, const std::string& address,
                                   Duration patience, const Interrupt& interrupt);

}  // namespace paperround::smtp

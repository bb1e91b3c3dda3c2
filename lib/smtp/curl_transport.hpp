// The real transport: libcurl opens the connection (DNS, TCP, proxy, TLS or STARTTLS, EHLO, AUTH) with
// CURLOPT_CONNECT_ONLY, then only carries octets. It sends no QUIT of its own, neither on success nor on
// failure. Signals: libcurl writes with MSG_NOSIGNAL; nothing here touches signal handlers.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "queue/outcome.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/interrupt.hpp"
#include "smtp/transport.hpp"

namespace paperround::smtp {

struct Connection {
    std::unique_ptr<Transport> transport;
    Capabilities offered;
};

// Blocks for at most relay.timeouts.connect (an interrupt is noticed within a second). Credentials travel
// encrypted or over loopback: elsewhere `tls: never` with a username is refused before connecting, and
// `opportunistic` needs TLS to succeed. A relay that offers no AUTH to one who has a username fails at the
// stage `auth`.
[[nodiscard]] Result<Connection, queue::Outcome> connect(const config::Relay& relay,
                                                         std::string_view password, std::string_view ehlo,
                                                         const Interrupt& interrupt);

}  // namespace paperround::smtp

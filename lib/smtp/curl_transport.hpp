// The real transport. libcurl opens the connection (DNS, TCP, proxy, TLS or STARTTLS, EHLO) with
// CURLOPT_CONNECT_ONLY and then only carries octets; the login is our own (smtp/login.hpp). It never sends
// QUIT itself. Signals: libcurl writes with MSG_NOSIGNAL; nothing here changes signal handlers.
#pragma once

#include <memory>
#include <string_view>

#include "base/interrupt.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "queue/outcome.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/login.hpp"
#include "smtp/relay_memory.hpp"
#include "smtp/transport.hpp"

namespace paperround::smtp {

struct Connection {
    std::unique_ptr<Transport> transport;
    Capabilities offered;
};

// Blocks for at most relay.timeouts.connect until the connection stands, then for timeouts.greeting until the
// relay has greeted and answered EHLO, then for timeouts.greeting for each reply of the login. An interrupt
// is noticed within a second. With a proxy, the time that the proxy needs to reach the relay counts as the
// greeting's.
//
// Credentials are sent encrypted to a relay whose certificate was verified, or stay on this machine. For any
// other relay `tls: never` with a username is refused before connecting, and `opportunistic` means
// `required`. A refused token is renewed once, with a new connection.
//
// With a `memory`, a port that has sent no greeting within 10 s (or half of timeouts.greeting) is probed for
// TLS over a second connection, unless `tls` is `never`; if it takes TLS, this is reported at once. Also with
// a `memory`, addresses that did not answer lately are tried last, for as long again as the others.
[[nodiscard]] Result<Connection, queue::Outcome> connect(const config::Relay& relay,
                                                         const Credentials& credentials,
                                                         std::string_view ehlo, const Interrupt& interrupt,
                                                         RelayMemory* memory = nullptr);

}  // namespace paperround::smtp

// The real transport: libcurl opens the connection (DNS, TCP, proxy, TLS or STARTTLS, EHLO) with
// CURLOPT_CONNECT_ONLY, then only carries octets; the login is ours (smtp/login.hpp). It sends no QUIT of its
// own, neither on success nor on failure. Signals: libcurl writes with MSG_NOSIGNAL; nothing here touches
// signal handlers.
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

// Blocks for at most relay.timeouts.connect until the connection stands, then timeouts.greeting until the
// relay has greeted and answered EHLO, then as long for each reply of the login (an interrupt is noticed
// within a second). Through a proxy, what the proxy takes to reach the relay counts as the greeting's.
//
// Credentials go encrypted to a relay whose certificate was verified, or stay on this machine: elsewhere
// `tls: never` with a username is refused before connecting, and `opportunistic` is as `required`. A token
// that is refused is renewed once, with a new connection.
//
// With a `memory`, a port that greets nobody within 10 s (or half of timeouts.greeting) is asked over a
// second connection whether TLS comes first there, unless `tls` is `never`; then this is said at once. Also
// with it, addresses that did not answer lately are tried last, for as long again as the others.
[[nodiscard]] Result<Connection, queue::Outcome> connect(const config::Relay& relay,
                                                         const Credentials& credentials,
                                                         std::string_view ehlo, const Interrupt& interrupt,
                                                         RelayMemory* memory = nullptr);

}  // namespace paperround::smtp

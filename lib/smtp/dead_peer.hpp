// Tells a peer that is gone from one that is slow: a NAT has forgotten the connection, a machine has lost its
// power, a cable is cut. No error is reported then.
//
// The system probes an idle connection (keepalive: after 30 s, three times, 10 s apart). Unacknowledged data
// would be retransmitted for a quarter of an hour, so this code checks itself: the peer is gone if nothing at
// all has come back for a minute. TCP_USER_TIMEOUT cannot do this: it also ends connections to a server that
// acknowledges and does not read for a while, for instance because it scans the message, and a message whose
// final dot has been sent would then be in doubt.
#pragma once

#include <netinet/tcp.h>

#include "base/clock.hpp"

namespace paperround::smtp {

// How often to check during a wait.
constexpr Duration dead_peer_look = std::chrono::seconds(5);

[[nodiscard]] bool is_gone(const tcp_info& connection);
// The same for a socket; false if the system cannot tell.
[[nodiscard]] bool peer_is_gone(int socket);

// Call it before connecting: turns on probes, and gives up after a minute without acknowledgement, since a
// server has no reason not to read the few octets of an opening.
void watch_opening(int socket);
// Call it when the connection stands: from now on peer_is_gone() is used instead.
void watch_dialogue(int socket);

}  // namespace paperround::smtp

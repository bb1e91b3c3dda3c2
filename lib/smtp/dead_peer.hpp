// When the other end of a connection is gone, rather than slow: a NAT has forgotten the connection, a machine
// has lost its power, a cable is cut. Nobody says so then.
//
// A connection where nothing is under way is probed by the system (keepalive: after 30 s, three times, 10 s
// apart). What is under way is repeated by the system for a quarter of an hour, so this looks itself: it is
// in vain where nothing at all has come back for a minute. TCP_USER_TIMEOUT is no way to have that: it also
// ends connections to a server that acknowledges and does not read for a while, because it looks into the
// message, and a message whose dot is on its way is then in doubt.
#pragma once

#include <netinet/tcp.h>

#include "base/clock.hpp"

namespace paperround::smtp {

// How often to look, while a wait lasts.
constexpr Duration dead_peer_look = std::chrono::seconds(5);

[[nodiscard]] bool is_gone(const tcp_info& connection);
// The same of a socket; false where the system does not say.
[[nodiscard]] bool peer_is_gone(int socket);

// Before the connection is made: probes, and a minute for whatever is under way, since no server has a reason
// not to read the few octets of an opening.
void watch_opening(int socket);
// The connection stands: peer_is_gone() is asked from now on.
void watch_dialogue(int socket);

}  // namespace paperround::smtp

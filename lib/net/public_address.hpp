// Tells addresses on the public internet from others. A URL that a stranger names (a hub) may only lead
// there: neither to this machine nor into the network behind it. Pure.
#pragma once

#include <sys/socket.h>

#include <string>

namespace paperround::net {

// False for loopback, private, link-local, shared, multicast, documentation and reserved addresses (RFC
// 6890), for IPv6 addresses that embed such an IPv4 address (mapped, 6to4, NAT64), for Teredo, and for any
// family but IPv4 and IPv6. `address` must be as long as its family says.
[[nodiscard]] bool is_public_address(const sockaddr* address);
// The same for an address as inet_ntop writes it; false for any other text.
[[nodiscard]] bool is_public_address(const std::string& numeric);

}  // namespace paperround::net

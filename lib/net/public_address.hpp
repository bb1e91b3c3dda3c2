// Which network addresses belong to the public internet. What a stranger names (a hub) may be asked only
// there: not on this machine, nor in the network behind it. Pure.
#pragma once

#include <sys/socket.h>

#include <string>

namespace paperround::net {

// False for loopback, private, link-local, shared, multicast, documentation and reserved addresses (RFC
// 6890), for IPv6 addresses that carry such an IPv4 address (mapped, 6to4, NAT64), for Teredo, and for any
// other family. The address is as long as its family has it.
[[nodiscard]] bool is_public_address(const sockaddr* address);
// The same for an address as inet_ntop writes it; false for anything that is none.
[[nodiscard]] bool is_public_address(const std::string& numeric);

}  // namespace paperround::net

// IP addresses and networks of them (CIDR, RFC 4632), as octets. An IPv4 address that is written as IPv6
// (::ffff:192.0.2.1) is the IPv4 address. Plain values; pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

struct IpAddress {
    std::array<std::uint8_t, 16> octets{};  // of IPv4 the first four, the rest 0
    bool v6 = false;
    bool operator==(const IpAddress&) const = default;
};

// As inet_pton reads it: neither a port, brackets nor a zone.
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text);
[[nodiscard]] std::string to_text(const IpAddress& address);
// 127.0.0.0/8 and ::1.
[[nodiscard]] bool is_loopback(const IpAddress& address);

struct IpNetwork {
    IpAddress first;
    unsigned length = 0;  // of the prefix, in bits
    bool operator==(const IpNetwork&) const = default;

    [[nodiscard]] bool contains(const IpAddress& address) const;
};

// `10.0.0.0/8`, or one address. Nothing if bits behind the prefix are set: a slip of the pen.
[[nodiscard]] std::optional<IpNetwork> parse_ip_network(std::string_view text);
[[nodiscard]] std::string to_text(const IpNetwork& network);
// The network that an address is in, cut so that it names no household: /24 or /48.
[[nodiscard]] IpNetwork neighbourhood_of(const IpAddress& address);

}  // namespace paperround

#include "net/public_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace paperround::net {

namespace {

struct Block {
    std::uint32_t address;
    unsigned length;
};

// Special-purpose addresses: RFC 6890, as updated in IANA's registry.
constexpr std::array<Block, 15> special_blocks{{{0x00000000, 8},
                                                {0x0A000000, 8},
                                                {0x64400000, 10},
                                                {0x7F000000, 8},
                                                {0xA9FE0000, 16},
                                                {0xAC100000, 12},
                                                {0xC0000000, 24},
                                                {0xC0000200, 24},
                                                {0xC0586300, 24},
                                                {0xC0A80000, 16},
                                                {0xC6120000, 15},
                                                {0xC6336400, 24},
                                                {0xCB007100, 24},
                                                {0xE0000000, 4},
                                                {0xF0000000, 4}}};

bool is_public_v4(std::uint32_t address) {
    return std::ranges::none_of(special_blocks, [address](const Block& block) {
        return ((address ^ block.address) >> (32 - block.length)) == 0;
    });
}

using Octets = std::array<std::uint8_t, 16>;

std::uint32_t v4_at(const Octets& address, std::size_t at) {
    return std::uint32_t{address[at]} << 24U | std::uint32_t{address[at + 1]} << 16U |
           std::uint32_t{address[at + 2]} << 8U | address[at + 3];
}

bool begins(const Octets& address, std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), address.begin());
}

bool is_public_v6(const Octets& address) {
    if (begins(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return is_public_v4(v4_at(address, 12));
    if (begins(address, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))
        return is_public_v4(v4_at(address, 12));
    if (begins(address, {0x20, 0x02})) return is_public_v4(v4_at(address, 2));
    if ((address[0] & 0xE0U) != 0x20) return false;  // global unicast is 2000::/3
    // 2001::/23 holds Teredo, benchmarking and ORCHID; 2001:db8::/32 is for documentation.
    const bool special = begins(address, {0x20, 0x01}) && (address[2] & 0xFEU) == 0;
    return !special && !begins(address, {0x20, 0x01, 0x0D, 0xB8});
}

}  // namespace

bool is_public_address(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
        return is_public_v4(ntohl(v4->sin_addr.s_addr));
    }
    if (address->sa_family != AF_INET6) return false;
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    Octets octets{};
    std::memcpy(octets.data(), &v6->sin6_addr, octets.size());
    return is_public_v6(octets);
}

bool is_public_address(const std::string& numeric) {
    in_addr v4{};
    if (inet_pton(AF_INET, numeric.c_str(), &v4) == 1) return is_public_v4(ntohl(v4.s_addr));
    Octets octets{};
    return inet_pton(AF_INET6, numeric.c_str(), octets.data()) == 1 && is_public_v6(octets);
}

}  // namespace paperround::net

#include "base/address/ip_network.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace paperround {

namespace {

constexpr unsigned bits_of_v4 = 32;
constexpr unsigned bits_of_v6 = 128;
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

unsigned bits_of(const IpAddress& address) {
    return address.v6 ? bits_of_v6 : bits_of_v4;
}

// The address with all bits behind the prefix cleared.
IpAddress cut(IpAddress address, unsigned length) {
    for (unsigned i = 0; i < address.octets.size(); ++i) {
        const unsigned kept = std::clamp(static_cast<int>(length) - static_cast<int>(i) * 8, 0, 8);
        address.octets.at(i) &= static_cast<std::uint8_t>(0xFF00U >> kept);
    }
    return address;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    IpAddress address;
    if (::inet_pton(AF_INET, terminated.c_str(), address.octets.data()) == 1) return address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.octets.data()) != 1) return std::nullopt;
    address.v6 = true;
    if (!std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.octets.begin())) return address;
    IpAddress v4;
    std::copy(address.octets.begin() + mapped_prefix.size(), address.octets.end(), v4.octets.begin());
    return v4;
}

std::string to_text(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.octets.data(), text.data(), text.size());
    return text.data();
}

bool is_loopback(const IpAddress& address) {
    static const IpNetwork v4{.first = parse_ip_address("127.0.0.0").value(), .length = 8};
    static const IpAddress v6 = parse_ip_address("::1").value();
    return v4.contains(address) || address == v6;
}

bool IpNetwork::contains(const IpAddress& address) const {
    return address.v6 == first.v6 && cut(address, length) == first;
}

std::optional<IpNetwork> parse_ip_network(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = parse_ip_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    IpNetwork network{.first = *address, .length = bits_of(*address)};
    if (slash == std::string_view::npos) return network;
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.length);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    if (network.length > bits_of(*address) || cut(*address, network.length) != *address) return std::nullopt;
    return network;
}

std::string to_text(const IpNetwork& network) {
    return fmt::format("{}/{}", to_text(network.first), network.length);
}

IpNetwork neighbourhood_of(const IpAddress& address) {
    const unsigned length = address.v6 ? 48 : 24;
    return {.first = cut(address, length), .length = length};
}

}  // namespace paperround

#include "base/address/ip_network.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

namespace {

bool holds(std::string_view network, std::string_view address) {
    return parse_ip_network(network).value().contains(parse_ip_address(address).value());
}

std::string neighbourhood(std::string_view address) {
    return to_text(neighbourhood_of(parse_ip_address(address).value()));
}

}  // namespace

TEST_CASE("addresses of both kinds are read and written") {
    CHECK(to_text(parse_ip_address("192.0.2.17").value()) == "192.0.2.17");
    CHECK(to_text(parse_ip_address("2001:DB8::0:1").value()) == "2001:db8::1");
}

TEST_CASE("an IPv4 address written as IPv6 is the IPv4 address") {
    CHECK(parse_ip_address("::ffff:192.0.2.17") == parse_ip_address("192.0.2.17"));
    CHECK(holds("192.0.2.0/24", "::ffff:192.0.2.17"));
}

TEST_CASE("what is no address is refused") {
    for (const std::string_view text : {"", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "fe80::1%eth0",
                                        "example.org", " 192.0.2.1", "192.0.2.1 ", "1:2:3:4:5:6:7:8:9"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_ip_address(text));
    }
    CHECK_FALSE(parse_ip_address(std::string(100'000, '1')));
    CHECK_FALSE(parse_ip_address(std::string_view("192.0.2.1\0", 10)));
}

TEST_CASE("a network holds the addresses with its prefix") {
    CHECK(holds("10.0.0.0/8", "10.255.0.1"));
    CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
    CHECK(holds("192.0.2.128/25", "192.0.2.129"));
    CHECK_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
    CHECK(holds("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    CHECK(holds("2001:db8::/32", "2001:db8:ffff::1"));
    CHECK_FALSE(holds("2001:db8::/32", "2001:db9::1"));
    CHECK(holds("192.0.2.1", "192.0.2.1"));
    CHECK_FALSE(holds("192.0.2.1", "192.0.2.2"));
}

TEST_CASE("what is no network is refused") {
    for (const std::string_view text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "2001:db8::/129",
                                        "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/99999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_ip_network(text));
    }
}

TEST_CASE("a neighbourhood names no household") {
    CHECK(neighbourhood("192.0.2.17") == "192.0.2.0/24");
    CHECK(neighbourhood("2001:db8:1:2:3:4:5:6") == "2001:db8:1::/48");
}

TEST_CASE("this machine is known in both kinds") {
    CHECK(is_loopback(parse_ip_address("127.1.2.3").value()));
    CHECK(is_loopback(parse_ip_address("::1").value()));
    CHECK_FALSE(is_loopback(parse_ip_address("128.0.0.1").value()));
    CHECK_FALSE(is_loopback(parse_ip_address("::2").value()));
}

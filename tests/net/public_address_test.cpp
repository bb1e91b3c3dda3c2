#include "net/public_address.hpp"

#include <catch2/catch.hpp>

using paperround::net::is_public_address;

TEST_CASE("addresses of the public internet are public") {
    for (const auto* address :
         {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.1.1.1", "128.0.0.1",
          "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255", "198.20.0.0",
          "223.255.255.255", "2606:4700::1111", "2a00::1", "2001:4860:4860::8888", "::ffff:1.1.1.1",
          "64:ff9b::1.1.1.1", "2002:101:101::"}) {
        CAPTURE(address);
        CHECK(is_public_address(std::string(address)));
    }
}

TEST_CASE("loopback, private, link-local, shared, multicast and reserved addresses are not") {
    for (const auto* address :
         {"0.0.0.0",      "10.0.0.1",       "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254",
          "172.16.0.1",   "172.31.255.255", "192.0.0.1",  "192.0.2.1", "192.168.0.1",     "198.18.0.1",
          "198.51.100.1", "203.0.113.9",    "224.0.0.1",  "240.0.0.1", "255.255.255.255", "::",
          "::1",          "fe80::1",        "fc00::1",    "fd12::1",   "ff02::1",         "2001:db8::1",
          "2001::1",      "::127.0.0.1"}) {
        CAPTURE(address);
        CHECK_FALSE(is_public_address(std::string(address)));
    }
}

TEST_CASE("an IPv6 address is as public as the IPv4 address that it carries") {
    for (const auto* address : {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
                                "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:c0a8:1::1"}) {
        CAPTURE(address);
        CHECK_FALSE(is_public_address(std::string(address)));
    }
}

TEST_CASE("what is no address is not public") {
    for (const auto* text : {"", "localhost", "2130706433", "0x7f.1", "1.1.1", "fe80::1%eth0", "[::1]"}) {
        CAPTURE(text);
        CHECK_FALSE(is_public_address(std::string(text)));
    }
}

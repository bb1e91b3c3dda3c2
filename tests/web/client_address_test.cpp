#include "web/client_address.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

namespace {

struct Asked {
    std::string client() const {
        const auto found = web::client_of(request, proxies);
        return found ? to_text(*found) : "";
    }
    Asked& field(std::string name, std::string value) {
        request.fields.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    Asked& trust(std::string_view network) {
        proxies.push_back(parse_ip_network(network).value());
        return *this;
    }

    web::HttpRequest request{.method = "GET", .path = "/", .query = {}, .fields = {}, .peer = "10.0.0.1"};
    std::vector<IpNetwork> proxies;
};

}  // namespace

TEST_CASE("without trusted proxies the client is the other end of the connection") {
    CHECK(Asked().field("X-Forwarded-For", "203.0.113.9").client() == "10.0.0.1");
}

TEST_CASE("a trusted proxy says who the client is") {
    CHECK(Asked().trust("10.0.0.0/8").field("X-Forwarded-For", "203.0.113.9").client() == "203.0.113.9");
    CHECK(Asked().trust("10.0.0.0/8").field("x-forwarded-for", "2001:db8::7").client() == "2001:db8::7");
}

TEST_CASE("what the client itself wrote in front is not believed") {
    CHECK(Asked()
              .trust("10.0.0.0/8")
              .field("X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.0.0.2")
              .client() == "203.0.113.9");
    CHECK(Asked()
              .trust("10.0.0.0/8")
              .field("X-Forwarded-For", "198.51.100.1")
              .field("X-Forwarded-For", "203.0.113.9")
              .client() == "203.0.113.9");
}

TEST_CASE("the standard's own field is read where the other is absent") {
    CHECK(Asked().trust("10.0.0.1").field("Forwarded", "for=203.0.113.9;proto=https").client() ==
          "203.0.113.9");
    CHECK(Asked()
              .trust("10.0.0.1")
              .field("Forwarded", R"(for=198.51.100.1, Proto=https; For="[2001:db8::7]:4711")")
              .client() == "2001:db8::7");
}

TEST_CASE("an address with a port is read") {
    CHECK(Asked().trust("10.0.0.1").field("X-Forwarded-For", "203.0.113.9:4711").client() == "203.0.113.9");
    CHECK(Asked().trust("10.0.0.1").field("X-Forwarded-For", "[2001:db8::7]:4711").client() == "2001:db8::7");
}

TEST_CASE("who hides behind words or proxies alone is not known") {
    for (const std::string value : {"", "unknown", "_hidden", "10.0.0.2", "203.0.113.9, unknown", ",,,",
                                    "[2001:db8::7", "999.1.1.1", "127.0.0.1"}) {
        CAPTURE(value);
        CHECK(Asked().trust("10.0.0.0/8").field("X-Forwarded-For", value).client().empty());
    }
    for (const std::string value : {"for=unknown", "proto=https", "for=", "for", ";;=;"}) {
        CAPTURE(value);
        CHECK(Asked().trust("10.0.0.0/8").field("Forwarded", value).client().empty());
    }
    CHECK(Asked().trust("10.0.0.0/8").client().empty());
}

TEST_CASE("this machine is no client: a proxy that nobody named is in between") {
    Asked asked;
    asked.request.peer = "127.0.0.1";
    CHECK(asked.client().empty());
    asked.request.peer = "";
    CHECK(asked.client().empty());
}

TEST_CASE("a long list of hops is read from its end, and not for ever") {
    std::string hops = "203.0.113.9";
    for (int i = 0; i < 100'000; ++i) hops += ", 10.0.0.2";
    CHECK(Asked().trust("10.0.0.0/8").field("X-Forwarded-For", hops).client().empty());
    CHECK(Asked().trust("10.0.0.0/8").field("X-Forwarded-For", hops + ",198.51.100.1").client() ==
          "198.51.100.1");
}

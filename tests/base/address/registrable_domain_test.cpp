#include "base/address/registrable_domain.hpp"

#include <catch2/catch.hpp>

using paperround::registrable_domain;

TEST_CASE("the registrable domain stands one label below the public suffix") {
    CHECK(registrable_domain("mx1.mail.example.org") == "example.org");
    CHECK(registrable_domain("example.org") == "example.org");
    CHECK(registrable_domain("mx.example.co.uk") == "example.co.uk");
    CHECK(registrable_domain("mx.xn--bcher-kva.xn--fiqs8s") == "xn--bcher-kva.xn--fiqs8s");
}

TEST_CASE("customers of a shared suffix are apart") {
    CHECK(registrable_domain("mx.one.github.io") == "one.github.io");
}

TEST_CASE("a host below no public suffix is its own registrable domain") {
    CHECK(registrable_domain("org") == "org");
    CHECK(registrable_domain("co.uk") == "co.uk");
    CHECK(registrable_domain("localhost") == "localhost");
    CHECK(registrable_domain("") == "");
}

#include "audience/address_variants.hpp"

#include <catch2/catch.hpp>

using paperround::audience::variants_key;

TEST_CASE("tags, dots and capitals make no other reader for limits") {
    CHECK(variants_key("ann@example.org") == "ann@example.org");
    CHECK(variants_key("Ann+news@example.org") == "ann@example.org");
    CHECK(variants_key("a.n.n+x+y@example.org") == "ann@example.org");
    CHECK(variants_key("ann@googlemail.com") == variants_key("a.nn@gmail.com"));
}

TEST_CASE("other people stay other people") {
    CHECK(variants_key("ann@example.org") != variants_key("anna@example.org"));
    CHECK(variants_key("ann@example.org") != variants_key("ann@example.net"));
    CHECK(variants_key("ann@ex.ample.org") != variants_key("ann@example.org"));
    CHECK(variants_key("ann-x@example.org") != variants_key("ann@example.org"));
}

TEST_CASE("an address that is nothing but a tag keeps it") {
    CHECK(variants_key("+ann@example.org") == "+ann@example.org");
    CHECK(variants_key("+ann@example.org") != variants_key("+bob@example.org"));
}

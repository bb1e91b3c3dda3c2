#include "email/share_links.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using email::share_links;

TEST_CASE("share links carry the post's address and title, encoded, in the order asked for") {
    const auto links = share_links({"bluesky", "email"}, "https://example.org/a?b=c&d", "{url} & more");
    REQUIRE(links.size() == 2);
    CHECK(links[0].label == "Bluesky");
    CHECK(links[0].url ==
          "https://bsky.app/intent/"
          "compose?text=%7Burl%7D%20%26%20more%20https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d");
    CHECK(links[1].label.empty());
    CHECK(links[1].url ==
          "mailto:?subject=%7Burl%7D%20%26%20more&body=https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%26d");
}

TEST_CASE("a post without a link cannot be shared") {
    CHECK(share_links({"email"}, "", "T").empty());
}

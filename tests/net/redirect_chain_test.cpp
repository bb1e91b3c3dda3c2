#include "net/redirect_chain.hpp"

#include <catch2/catch.hpp>

using namespace paperround::net;
using Code = HttpError::Code;

TEST_CASE("a move is for good where each step is permanent and said over https") {
    RedirectChain chain(Reach::anywhere);
    CHECK_FALSE(chain.is_move());
    REQUIRE(chain.follow(301, "https://a.example/", "https://b.example/", false));
    REQUIRE(chain.follow(308, "https://b.example/", "https://c.example/", false));
    CHECK(chain.is_move());
    REQUIRE(chain.follow(302, "https://c.example/", "https://d.example/", false));
    CHECK_FALSE(chain.is_move());
}

TEST_CASE("what is said over http is not believed for good") {
    RedirectChain chain(Reach::anywhere);
    REQUIRE(chain.follow(301, "http://a.example/", "https://a.example/", false));
    REQUIRE(chain.follow(301, "https://a.example/", "https://b.example/", false));
    CHECK_FALSE(chain.is_move());
}

TEST_CASE("https leads to nothing but https") {
    RedirectChain chain(Reach::anywhere);
    const auto followed = chain.follow(301, "https://a.example/feed", "http://a.example/feed", false);
    REQUIRE_FALSE(followed);
    CHECK(followed.error().code == Code::redirect_refused);
    CHECK(followed.error().message ==
          "https://a.example/feed: redirects from https to http, which is not followed");
}

TEST_CASE("once an answer came from the internet all later ones must") {
    RedirectChain chain(Reach::anywhere);
    REQUIRE(chain.follow(302, "http://10.0.0.1/", "http://10.0.0.2/", true));
    CHECK(chain.reach() == Reach::anywhere);
    REQUIRE(chain.follow(302, "http://10.0.0.2/", "http://a.example/", true));
    REQUIRE(chain.follow(302, "http://a.example/", "http://2130706433/", false));
    CHECK(chain.reach() == Reach::public_only);
    REQUIRE(chain.follow(302, "http://b.example/", "http://10.0.0.1/", true));
    CHECK(chain.reach() == Reach::public_only);
}

TEST_CASE("a chain ends after ten redirects") {
    RedirectChain chain(Reach::anywhere);
    for (int i = 0; i < 10; ++i) REQUIRE(chain.follow(302, "http://a.example/", "http://b.example/", true));
    const auto followed = chain.follow(302, "http://a.example/", "http://b.example/", true);
    REQUIRE_FALSE(followed);
    CHECK(followed.error().code == Code::redirect_loop);
}

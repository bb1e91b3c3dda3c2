#include "feed/text/character_reference.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace paperround::feed;

TEST_CASE("references are decoded once") {
    CHECK(decode_references("a &amp; b") == "a & b");
    CHECK(decode_references("&amp;lt;") == "&lt;");
    CHECK(decode_references("&eacute;&#233;&#xE9;") == "ééé");
    CHECK(decode_references("&apos;&nbsp;&hellip;") == "'\u00a0…");
}

TEST_CASE("every name that HTML5 has for a character is known") {
    CHECK(decode_references("&sacute;&Lstrok;&ccaron; &check;&comma;&lpar;&rarr;") == "śŁč ✓,(→");
    CHECK(decode_references("&CounterClockwiseContourIntegral;&Afr;") == "∳𝔄");
}

TEST_CASE("what only looks like a reference stays") {
    CHECK(decode_references("AT&T & co; &bogus; &#; &#x; &# 3;") == "AT&T & co; &bogus; &#; &#x; &# 3;");
    CHECK(decode_references("&") == "&");
    CHECK(decode_references("&amp") == "&amp");
}

TEST_CASE("references to what is no character become U+FFFD") {
    CHECK(decode_references("&#0;") == "\uFFFD");
    CHECK(decode_references("&#xD800;") == "\uFFFD");
    CHECK(decode_references("&#x110000;") == "\uFFFD");
}

TEST_CASE("Windows' numbers mean Windows' characters") {
    CHECK(decode_references("&#145;x&#146; &#150;") == "‘x’ –");
}

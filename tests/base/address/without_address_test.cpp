#include "base/address/without_address.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace paperround;

namespace {
std::string without(std::string_view words) {
    return without_address(words, "Ada@example.org", "X");
}
}  // namespace

TEST_CASE("an address goes from a server's words, in capitals or not, as often as it is there") {
    CHECK(without("<ADA@EXAMPLE.ORG>: unknown; ada@example.org?") == "<X>: unknown; X?");
    CHECK(without("no such user") == "no such user");
}

TEST_CASE("the part before the @ goes where it stands by itself") {
    CHECK(without("user ada is unknown") == "user X is unknown");
    CHECK(without("<ada>: adamant, canada, Ada") == "<X>: adamant, canada, X");
    CHECK(without_address("in a box", "a@example.org", "X") == "in a box");
}

TEST_CASE("a megabyte of words is gone through once") {
    std::string words;
    while (words.size() < (1U << 20U)) words += "ada@ada@example.or ";
    CHECK(without(words).size() < words.size());
    CHECK(without_address(words, "", "X") == words);
}

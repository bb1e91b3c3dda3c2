#include "websub/websub_key.hpp"

#include <catch2/catch.hpp>

using namespace paperround::websub;

namespace {
const WebSubKey key(std::string(32, 'k'));
const std::string nonce = "0123456789abcdef";
}  // namespace

TEST_CASE("a callback's id leads back to its nonce, and only the one that was made does") {
    const std::string id = key.callback_id(nonce);
    CHECK(id.size() == 43);
    CHECK(key.nonce_of(id) == nonce);
    for (std::size_t i = 0; i < id.size(); ++i) {
        std::string other = id;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(key.nonce_of(other).has_value());
    }
    CHECK_FALSE(WebSubKey(std::string(32, 'x')).nonce_of(id).has_value());
    for (const std::string& bad : {std::string(), id + "A", id.substr(1), std::string(1000, 'A')}) {
        CHECK_FALSE(key.nonce_of(bad).has_value());
    }
}

TEST_CASE("each subscription has a secret of its own, of 32 octets in hexadecimal") {
    CHECK(key.secret(nonce).size() == 64);
    CHECK(key.secret(nonce) == key.secret(nonce));
    CHECK(key.secret(nonce) != key.secret("0123456789abcdeg"));
    CHECK(key.secret(nonce) != WebSubKey(std::string(32, 'x')).secret(nonce));
}

TEST_CASE("a short installation secret is refused") {
    CHECK_THROWS_AS(WebSubKey(std::string(31, 'k')), std::invalid_argument);
}

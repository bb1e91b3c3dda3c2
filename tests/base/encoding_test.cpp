#include "base/encoding.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <utility>

using namespace paperround;

namespace {
// RFC 4648 §10, the texts.
const std::array<std::string, 7> texts{"", "f", "fo", "foo", "foob", "fooba", "foobar"};

std::string every_octet() {
    std::string out;
    for (int i = 0; i < 256; ++i) out.push_back(static_cast<char>(i));
    return out;
}
}  // namespace

TEST_CASE("base64 gives the vectors of RFC 4648") {
    const std::array<std::string, 7> coded{"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(base64(texts.at(i)) == coded.at(i));
        CHECK(decode_base64(coded.at(i)) == texts.at(i));
    }
}

TEST_CASE("base32 gives the vectors of RFC 4648 in lower case without padding") {
    const std::array<std::string, 7> coded{"", "my", "mzxq", "mzxw6", "mzxw6yq", "mzxw6ytb", "mzxw6ytboi"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CHECK(base32(texts.at(i)) == coded.at(i));
        CHECK(decode_base32(coded.at(i)) == texts.at(i));
    }
}

TEST_CASE("base64url uses - and _ and no padding, and reads itself back") {
    CHECK(base64url("\xfb\xff\xfe") == "-__-");
    CHECK(base64url("f") == "Zg");
    CHECK(decode_base64url("-__-") == "\xfb\xff\xfe");
    CHECK(decode_base64url(base64url(every_octet())) == every_octet());
    CHECK(decode_base32(base32(every_octet())) == every_octet());
}

TEST_CASE("input outside the alphabet, of a wrong length or with stray bits is refused") {
    for (const auto* bad : {"Zg==", "Z", "Zm9v!", "Zh", "+/", "Zm 9v"}) {
        CAPTURE(bad);
        CHECK_FALSE(decode_base64url(bad));
    }
    for (const auto* bad : {"m", "mzx", "mzxw6y", "MY", "m1", "mz", "my======"}) {
        CAPTURE(bad);
        CHECK_FALSE(decode_base32(bad));
    }
}

TEST_CASE("hexadecimal is two lower case digits an octet") {
    CHECK(hex(std::string_view("\x00\x0f\xa0\xff", 4)) == "000fa0ff");
    CHECK(hex("").empty());
}

TEST_CASE("percent-encoding leaves the unreserved characters of RFC 3986") {
    CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
    CHECK(percent_encode("a b&c=d/\xc3\xa9") == "a%20b%26c%3Dd%2F%C3%A9");
}

TEST_CASE("percent-decoding reads forms and URIs") {
    CHECK(decode_percent("a+b%20c%2B", true) == "a b c+");
    CHECK(decode_percent("a+b%20c%2b", false) == "a+b c+");
    CHECK(decode_percent("%00", true) == std::string(1, '\0'));
    CHECK(decode_percent(percent_encode(every_octet()), false) == every_octet());
}

TEST_CASE("a broken percent sequence is refused") {
    for (const auto* bad : {"%", "%4", "a%4", "%zz", "%4g", "%%41"}) {
        CAPTURE(bad);
        CHECK_FALSE(decode_percent(bad, true));
    }
}

TEST_CASE("base64 without its padding or with stray bits or foreign letters is not read") {
    for (const std::string bad : {"Zg", "Zg=", "Zh==", "Z===", "Zg==Zg==", "Zm9v\n", "Zm-v", "===="}) {
        CAPTURE(bad);
        CHECK_FALSE(decode_base64(bad));
    }
}

#include "websub/websub_signature.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace paperround::websub;
using Check = SignatureCheck;

namespace {
// RFC 2202 and RFC 4231, test case 2.
const std::string secret = "Jefe";
const std::string body = "what do ya want for nothing?";
const std::string sha1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
const std::string sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
const std::string sha384 =
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
const std::string sha512 =
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
    "caeab1a34d4a6b4b636e070a38bce737";
Check check(const std::string& field) {
    return check_signature(field, secret, body);
}
}  // namespace

TEST_CASE("the four methods are known by the vectors of RFC 2202 and RFC 4231") {
    CHECK(check("sha1=" + sha1) == Check::valid);
    CHECK(check("sha256=" + sha256) == Check::valid);
    CHECK(check("sha384=" + sha384) == Check::valid);
    CHECK(check("sha512=" + sha512) == Check::valid);
}

TEST_CASE("the case of letters does not matter, nor do spaces around the field") {
    std::string upper = sha256;
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    CHECK(check(" SHA256=" + upper + " ") == Check::valid);
}

TEST_CASE("another body, another secret, or one digit changed is forged") {
    CHECK(check_signature("sha256=" + sha256, secret, body + " ") == Check::forged);
    CHECK(check_signature("sha256=" + sha256, "jefe", body) == Check::forged);
    for (std::size_t i = 0; i < sha256.size(); ++i) {
        std::string other = sha256;
        other[i] = other[i] == '0' ? '1' : '0';
        CHECK(check("sha256=" + other) == Check::forged);
    }
    CHECK(check("sha1=" + std::string(40, 'z')) == Check::forged);
}

TEST_CASE("a field that is missing, malformed or of an unknown method is no signature") {
    CHECK(check("") == Check::missing);
    CHECK(check("  ") == Check::missing);
    CHECK(check(sha256) == Check::malformed);
    CHECK(check("sha256=") == Check::malformed);
    CHECK(check("sha256=" + sha256.substr(1)) == Check::malformed);
    CHECK(check("sha256=" + sha256 + "0") == Check::malformed);
    CHECK(check("sha256=" + sha1) == Check::malformed);
    CHECK(check("sha256=" + std::string(1000, 'a')) == Check::malformed);
    CHECK(check("=" + sha256) == Check::unknown);
    CHECK(check("md5=" + std::string(32, 'a')) == Check::unknown);
}

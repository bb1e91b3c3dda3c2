#include "base/public_key.hpp"

#include <catch2/catch.hpp>

#include "support/signing_keys.hpp"

using namespace paperround;
using namespace std::chrono_literals;

TEST_CASE("a key on P-256 is read from PEM and base64, and verifies what its owner signed") {
    const test::EcKey owner;
    for (const std::string& text :
         {owner.public_base64(), owner.public_pem(), owner.public_base64() + "\n"}) {
        const auto key = PublicKey::p256(text);
        REQUIRE(key);
        CHECK(key->verifies(Hash::sha256, "text", owner.sign("text")));
        CHECK_FALSE(key->verifies(Hash::sha256, "texts", owner.sign("text")));
        CHECK_FALSE(key->verifies(Hash::sha256, "text", test::EcKey().sign("text")));
        CHECK_FALSE(key->verifies(Hash::sha256, "text", ""));
    }
}

TEST_CASE("what is no key on P-256 is refused") {
    for (const std::string text : {"", "MFkw", "not base64 at all", "-----BEGIN PUBLIC KEY-----\nx\n"})
        CHECK_FALSE(PublicKey::p256(text));
    const test::Certificate rsa("sns.amazonaws.com");
    CHECK_FALSE(PublicKey::p256(rsa.pem()));
}

TEST_CASE("a certificate's key verifies with SHA-1 and SHA-256, while it is valid") {
    const test::Certificate certificate("sns.amazonaws.com");
    const Time now = certificate.made();
    const auto key = PublicKey::of_certificate(certificate.pem(), now);
    REQUIRE(key);
    CHECK(key->verifies(Hash::sha1, "text", certificate.sign(Hash::sha1, "text")));
    CHECK(key->verifies(Hash::sha256, "text", certificate.sign(Hash::sha256, "text")));
    CHECK_FALSE(key->verifies(Hash::sha256, "text", certificate.sign(Hash::sha1, "text")));
    CHECK_FALSE(key->verifies(Hash::sha256, "texts", certificate.sign(Hash::sha256, "text")));
    CHECK_FALSE(PublicKey::of_certificate(certificate.pem(), now + 24h * 3));
    CHECK_FALSE(PublicKey::of_certificate(certificate.pem(), now - 24h * 3));
    CHECK_FALSE(
        PublicKey::of_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", now));
}

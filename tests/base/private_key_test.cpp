#include "base/private_key.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using Code = PrivateKeyError::Code;

namespace {

// A key made by openssl(1).
std::string made_by_openssl(const std::vector<std::string>& arguments) {
    std::vector<std::string> argv{"openssl"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto made = test::run(argv);
    INFO(made.errors);
    REQUIRE(made.status == 0);
    return made.output;
}

Code refusal(std::string_view pem) {
    const auto key = PrivateKey::from_pem(pem);
    REQUIRE_FALSE(key);
    return key.error().code;
}

}  // namespace

TEST_CASE("RSA keys in PKCS #8 and PKCS #1, and Ed25519 keys, are read") {
    CHECK(PrivateKey::from_pem(made_by_openssl({"genrsa", "2048"})).value().bits() == 2048);
    CHECK(PrivateKey::from_pem(made_by_openssl({"genrsa", "-traditional", "2048"})).value().type() ==
          PrivateKey::Type::rsa);
    CHECK(PrivateKey::from_pem(made_by_openssl({"genpkey", "-algorithm", "ed25519"})).value().type() ==
          PrivateKey::Type::ed25519);
}

TEST_CASE("an RSA key of less than 1024 bits is too weak") {
    CHECK(refusal(made_by_openssl({"genrsa", "512"})) == Code::too_weak);
}
TEST_CASE("a key of another kind is not supported") {
    CHECK(refusal(made_by_openssl({"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"})) ==
          Code::unsupported);
}
TEST_CASE("what is no private key, or has a passphrase, is refused without a question") {
    CHECK(refusal("") == Code::not_a_key);
    CHECK(refusal("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n") == Code::not_a_key);
    const std::string locked =
        made_by_openssl({"genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret"});
    CHECK(refusal(locked) == Code::not_a_key);
    const test::TempDir dir;
    const auto file = dir.write("key.pem", made_by_openssl({"genpkey", "-algorithm", "ed25519"}));
    CHECK(refusal(made_by_openssl({"pkey", "-in", file.string(), "-pubout"})) == Code::not_a_key);
}

TEST_CASE("a generated key survives its PEM form") {
    for (const auto type : {PrivateKey::Type::rsa, PrivateKey::Type::ed25519}) {
        const PrivateKey key = PrivateKey::generate(type);
        const PrivateKey again = PrivateKey::from_pem(key.to_pem()).value();
        CHECK(again.type() == type);
        CHECK(again.public_key() == key.public_key());
    }
    CHECK(PrivateKey::generate(PrivateKey::Type::rsa).bits() == 2048);
}

TEST_CASE("openssl verifies an RSA signature over the digest") {
    const test::TempDir dir;
    const PrivateKey key = PrivateKey::generate(PrivateKey::Type::rsa);
    dir.write("public.der", key.public_key());
    dir.write("text", "One foot, then the other.");
    dir.write("signature", DigestSigner(key).sign(sha256("One foot, then the other.")));
    const auto verified =
        test::run({"openssl", "dgst", "-sha256", "-keyform", "DER", "-verify", (dir / "public.der").string(),
                   "-signature", (dir / "signature").string(), (dir / "text").string()});
    CHECK(verified.output == "Verified OK\n");
}

// RFC 8032 §7.1, test 3: the signature of af82 with a key whose seed is known. Its PKCS #8 form is that of
// RFC 8410.
TEST_CASE("an Ed25519 signature is that of RFC 8032") {
    const auto key = PrivateKey::from_pem(
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIMWqjfQ/n4N77bdELzHct7Fm04U1B28JS4XOOi4LRFj3\n"
        "-----END PRIVATE KEY-----\n");
    REQUIRE(key);
    CHECK(hex(key->public_key()) == "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    DigestSigner signer(*key);
    for (int time = 0; time < 2; ++time) {
        CHECK(hex(signer.sign("\xaf\x82")) ==
              "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
              "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
    }
}

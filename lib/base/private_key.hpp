// Private keys for signatures over SHA-256 digests: RSA (RSASSA-PKCS1-v1_5) or Ed25519 (RFC 8032, over the
// digest as RFC 8463 says). Key material leaves these classes only through to_pem().
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround {

struct PrivateKeyError {
    enum class Code { not_a_key, unsupported, too_weak };
    Code code;
    std::string message;  // one line, without key material
};

// Immutable and thread-safe; copies share the key.
class PrivateKey {
  public:
    enum class Type { rsa, ed25519 };
    static constexpr int least_rsa_bits = 1024;  // RFC 8301: verifiers must not accept less
    static constexpr int rsa_bits = 2048;        // size of a generated key

    // PKCS #8 or PKCS #1, without a passphrase.
    [[nodiscard]] static Result<PrivateKey, PrivateKeyError> from_pem(std::string_view pem);
    [[nodiscard]] static PrivateKey generate(Type type);

    [[nodiscard]] Type type() const { return type_; }
    [[nodiscard]] int bits() const;
    // What a DKIM record publishes: SubjectPublicKeyInfo (DER) for RSA, 32 octets for Ed25519 (RFC 8463 §4).
    [[nodiscard]] std::string public_key() const;
    [[nodiscard]] std::string to_pem() const;  // PKCS #8; secret

  private:
    friend class DigestSigner;
    struct Handle;
    PrivateKey(std::shared_ptr<const Handle> handle, Type type) : handle_(std::move(handle)), type_(type) {}
    std::shared_ptr<const Handle> handle_;
    Type type_;
};

// Signs with a copy of a key and a context that is set up once. Looking up the algorithm each time, and
// sharing a key's locks with other threads, would take a tenth of the time of a signature. One per thread.
class DigestSigner {
  public:
    explicit DigestSigner(const PrivateKey& key);
    ~DigestSigner();
    DigestSigner(DigestSigner&&) noexcept;
    DigestSigner& operator=(DigestSigner&&) noexcept;

    // `digest` is the 32 octets of SHA-256. Throws std::runtime_error only when OpenSSL itself fails.
    [[nodiscard]] std::string sign(std::string_view digest);

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

[[nodiscard]] std::string_view to_string(PrivateKey::Type type);  // "rsa", "ed25519"

}  // namespace paperround

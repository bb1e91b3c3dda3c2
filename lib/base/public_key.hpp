// Public keys that check the signatures of others: RSA (RSASSA-PKCS1-v1_5) and ECDSA on P-256 (DER signatures).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

namespace paperround {

// Immutable and thread-safe; copies share the key. Errors are one line, without the key.
class PublicKey {
  public:
    static constexpr int least_rsa_bits = 2048;

    // SubjectPublicKeyInfo (RFC 5280 §4.1), in PEM or as the base64 of its DER: a key on P-256.
    [[nodiscard]] static Result<PublicKey, std::string> p256(std::string_view text);
    // The RSA key of an X.509 certificate in PEM that is valid at this time. Who issued it is not looked at: it has to
    // come from where nobody else can put one.
    [[nodiscard]] static Result<PublicKey, std::string> of_certificate(std::string_view pem, Time now);

    // Whether the key's owner signed these octets. False for whatever is no signature, too.
    [[nodiscard]] bool verifies(Hash hash, std::string_view octets, std::string_view signature) const;

  private:
    struct Handle;
    explicit PublicKey(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}
    std::shared_ptr<const Handle> handle_;
};

}  // namespace paperround

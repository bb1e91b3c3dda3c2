// Keys with which tests sign what mail services sign, by OpenSSL's own functions.
#pragma once

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace paperround::test {

// ECDSA on P-256 over SHA-256, signatures in DER.
class EcKey {
  public:
    EcKey();
    [[nodiscard]] std::string public_base64() const;  // SubjectPublicKeyInfo
    [[nodiscard]] std::string public_pem() const;
    [[nodiscard]] std::string sign(const std::string& octets) const;

  private:
    std::shared_ptr<void> key_;
};

// An RSA key of 2048 bits with a certificate of its own, valid for a day around now.
class Certificate {
  public:
    explicit Certificate(const std::string& name);
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] Time made() const { return made_; }
    [[nodiscard]] std::string sign(Hash hash, const std::string& octets) const;

  private:
    std::shared_ptr<void> key_;
    std::shared_ptr<void> certificate_;
    Time made_{};
};

}  // namespace paperround::test

#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace paperround {

std::string sha256(std::string_view octets) {
    std::string digest(32, '\0');
    unsigned length = 0;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    if (EVP_Digest(octets.data(), octets.size(), out, &length, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("OpenSSL could not compute SHA-256");
    }
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view octets) {
    std::string mac(32, '\0');
    unsigned length = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(octets.data());
    auto* out = reinterpret_cast<unsigned char*>(mac.data());
    const char* key_octets =
        key.empty() ? "" : key.data();  // OpenSSL takes a null key for "the key set before"
    if (HMAC(EVP_sha256(), key_octets, static_cast<int>(key.size()), data, octets.size(), out, &length) ==
        nullptr) {
        throw std::runtime_error("OpenSSL could not compute HMAC-SHA-256");
    }
    return mac;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace paperround

#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace paperround {

namespace {

const EVP_MD* algorithm(Hash hash) {
    switch (hash) {
        case Hash::md5:
            return EVP_md5();
        case Hash::sha1:
            return EVP_sha1();
        case Hash::sha256:
            return EVP_sha256();
        case Hash::sha384:
            return EVP_sha384();
        case Hash::sha512:
            break;
    }
    return EVP_sha512();
}

}  // namespace

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
    return hmac(Hash::sha256, key, octets);
}

std::string hmac(Hash hash, std::string_view key, std::string_view octets) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned length = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(octets.data());
    auto* out = reinterpret_cast<unsigned char*>(mac.data());
    const char* key_octets =
        key.empty() ? "" : key.data();  // OpenSSL takes a null key for "the key set before"
    if (HMAC(algorithm(hash), key_octets, static_cast<int>(key.size()), data, octets.size(), out, &length) ==
        nullptr) {
        throw std::runtime_error("OpenSSL could not compute an HMAC");
    }
    mac.resize(length);
    return mac;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace paperround

// The few primitives that tokens, identities, signatures and content hashes need (OpenSSL). Throws
// std::runtime_error only when OpenSSL itself fails, which is a broken installation.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] std::string sha256(std::string_view octets);                             // 32 octets
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view octets);  // 32 octets

// MD5 is here only for CRAM-MD5 (RFC 2195).
enum class Hash { md5, sha1, sha256, sha384, sha512 };
// RFC 2104. The result is as long as the hash: 16, 20, 32, 48 or 64 octets.
[[nodiscard]] std::string hmac(Hash hash, std::string_view key, std::string_view octets);

// Constant time: for two texts of equal length, the time does not depend on where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace paperround

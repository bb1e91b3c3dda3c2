// Base64 as a body is encoded with it (RFC 2045 §6.8): lines of 76 octets that end with CRLF. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paperround::email {

// Octets that fill one line exactly: encodings of multiples of it may be joined.
inline constexpr std::size_t base64_line_octets = 57;

void append_base64_body(std::string& out, std::string_view octets);
// The size that append_base64_body adds.
[[nodiscard]] std::size_t base64_body_size(std::size_t octets);

}  // namespace paperround::email

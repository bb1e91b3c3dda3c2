// Octets as text: hexadecimal, base64 (RFC 4648 §4 with padding, §5 without), base32 (§6, lower case, without
// padding). Decoders return nothing for input outside the alphabet, of the wrong length, or with stray
// trailing bits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] std::string hex(std::string_view octets);
[[nodiscard]] std::string base64(std::string_view octets);
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);  // with its padding
[[nodiscard]] std::string base64url(std::string_view octets);
[[nodiscard]] std::optional<std::string> decode_base64url(std::string_view text);
[[nodiscard]] std::string base32(std::string_view octets);
[[nodiscard]] std::optional<std::string> decode_base32(std::string_view text);

// application/x-www-form-urlencoded (`+` is a space) and URI percent-encoding (unreserved characters are
// kept).
[[nodiscard]] std::string percent_encode(std::string_view text);
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space);

}  // namespace paperround

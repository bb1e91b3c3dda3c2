// Lossless compression (zlib, RFC 1950), and decompression of gzip (RFC 1952). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] std::string compressed(std::string_view octets);
// Returns nothing if the input is no zlib stream (RFC 1950), or if the result would be larger than `limit`.
[[nodiscard]] std::optional<std::string> decompressed(std::string_view octets, std::size_t limit);

[[nodiscard]] bool is_gzip(std::string_view octets);
// Returns the content of the first gzip member. Octets behind its end are ignored, because some servers add
// them. Returns nothing if the member is cut off or damaged, or if its content is larger than `limit`.
[[nodiscard]] std::optional<std::string> gunzipped(std::string_view octets, std::size_t limit);

}  // namespace paperround

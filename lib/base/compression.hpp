// Octets made smaller, without loss (zlib, RFC 1950). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] std::string compressed(std::string_view octets);
// Nothing where that did not come out of compressed(), or is larger than `limit`.
[[nodiscard]] std::optional<std::string> decompressed(std::string_view octets, std::size_t limit);

}  // namespace paperround

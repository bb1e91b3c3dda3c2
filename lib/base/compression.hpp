// Octets made smaller, without loss (zlib, RFC 1950), and read as others make them (gzip, RFC 1952). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

[[nodiscard]] std::string compressed(std::string_view octets);
// Nothing where that is not what compressed() and others that follow the RFC write, or is larger than
// `limit`.
[[nodiscard]] std::optional<std::string> decompressed(std::string_view octets, std::size_t limit);

[[nodiscard]] bool is_gzip(std::string_view octets);
// What the first member holds. Servers add octets behind its end: they are passed over. Nothing where it is
// cut off or damaged, or larger than `limit`.
[[nodiscard]] std::optional<std::string> gunzipped(std::string_view octets, std::size_t limit);

}  // namespace paperround

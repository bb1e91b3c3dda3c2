// A checksum against accidents (CRC-32, zlib): octets that were written in part, or that are something else. It proves
// nothing about who wrote them. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace paperround {

// `before`: the checksum of the octets that stand before these.
[[nodiscard]] std::uint32_t crc32(std::string_view octets, std::uint32_t before = 0);

}  // namespace paperround

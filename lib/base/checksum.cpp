#include "base/checksum.hpp"

#include <zlib.h>

namespace paperround {

std::uint32_t crc32(std::string_view octets, std::uint32_t before) {
    return static_cast<std::uint32_t>(
        ::crc32_z(before, reinterpret_cast<const Bytef*>(octets.data()), octets.size()));
}

}  // namespace paperround

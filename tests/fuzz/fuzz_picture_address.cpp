// The URL of a picture, and a second URL after a line end.
#include <cstdint>
#include <string_view>

#include "base/picture/picture_address.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    (void)paperround::picture_name(input);
    (void)paperround::is_avatar_address(input);
    (void)paperround::is_modern_picture(input);
    (void)paperround::width_in_address(input);
    return 0;
}

// The first octets of a picture, and a whole logo.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/picture/picture_size.hpp"
#include "base/picture/picture_tone.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto found = paperround::picture_size(input);
    if (found && (found->width == 0 || found->height == 0 || found->width > paperround::largest_side))
        std::abort();
    (void)paperround::is_dark_on_nothing(input);
    return 0;
}

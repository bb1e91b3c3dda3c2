// The first line is the content type, the rest the body.
#include <cstdint>
#include <string_view>

#include "web/form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = input.find('\n');
    const auto body = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
    (void)paperround::web::asks_to_leave(input.substr(0, end), body);
    return 0;
}

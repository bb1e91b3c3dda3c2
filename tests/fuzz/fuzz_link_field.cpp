// A Link field from a stranger's server: every limit holds for any input.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/link_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto links = paperround::net::parse_link_field(input);
    if (links.size() > 64) std::abort();
    for (const auto& link : links) {
        if (link.target.empty() || link.target.size() > 2000) std::abort();
    }
    return 0;
}

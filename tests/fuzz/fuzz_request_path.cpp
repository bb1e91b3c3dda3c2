// Any path of a request: whatever is routed to a link is a link, and routing it again changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "web/request_path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view path(reinterpret_cast<const char*>(data), size);
    const std::string route = paperround::web::routed_path(path, "/news");
    if (route.empty() || route.front() != '/') std::abort();
    if (paperround::web::routed_path(route, "") != route) std::abort();
    (void)paperround::web::base_path_of(path);
    return 0;
}

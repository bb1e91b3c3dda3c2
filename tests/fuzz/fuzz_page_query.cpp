// The query of a page, and what a client says it has already.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "public/page_query.hpp"
#include "web/entity_tag.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (paperround::pages::wanted_language(text).find('<') != std::string::npos) std::abort();
    if (const auto before = paperround::pages::wanted_before(text); before && *before <= 0) std::abort();
    (void)paperround::web::is_known(text, "\"x\"");
    return 0;
}

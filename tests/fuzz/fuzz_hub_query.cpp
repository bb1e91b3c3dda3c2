// Any query to a callback: what is read of it is text within its limits.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "websub/hub_query.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround;
    const auto query = websub::parse_hub_query({reinterpret_cast<const char*>(data), size});
    if (!query) return 0;
    if (query->topic.empty() || query->topic.size() > 2000 || query->challenge.size() > 1000) std::abort();
    if (query->reason.size() > 300 || (query->lease && query->lease->count() <= 0)) std::abort();
    for (const std::string& text : {query->topic, query->challenge, query->reason}) {
        if (has_control_characters(text) || to_valid_utf8(text) != text) std::abort();
    }
    return 0;
}

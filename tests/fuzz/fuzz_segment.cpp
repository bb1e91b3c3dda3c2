// An expression that is read can be asked of anybody, and its text says the same when it is read again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/segment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using paperround::config::Segment;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto segment = Segment::parse(text);
    if (!segment) {
        if (segment.error().message.empty() || segment.error().column > size + 1) std::abort();
        return 0;
    }
    const std::map<std::string, std::string> attributes{{"language", "de-AT"}, {"town", "Graz"}};
    const std::vector<std::string> tags{"beta"};
    const bool holds = segment->holds({"ada@example.org", "Ada", attributes, tags});
    const auto again = Segment::parse(segment->text());
    if (!again || again->holds({"ada@example.org", "Ada", attributes, tags}) != holds) std::abort();
    return 0;
}

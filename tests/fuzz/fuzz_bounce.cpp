// A mail that came back: whatever it holds, a report says only what fits its place.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "bounce/reader.hpp"

using namespace paperround;

namespace {
void require(bool holds) {
    if (!holds) std::abort();
}
bool is_line(std::string_view text, std::size_t limit) {
    return text.size() <= limit && is_utf8(text) && !has_control_characters(text);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto reading = bounce::read_message({reinterpret_cast<const char*>(data), size});
    if (!reading) return 0;
    require(!reading->reports.empty() && reading->reports.size() <= 1000);
    for (const bounce::Report& report : reading->reports) {
        require(is_line(report.diagnostic, 1000) && is_line(report.recipient, 1000) &&
                is_line(report.status, 9));
        require(report.code == 0 || (report.code >= 400 && report.code < 600));
        require((report.kind == bounce::Kind::bounce) == (report.of != bounce::Class::none));
        require(report.of != bounce::Class::hard || refusal::ends_an_address(report.reason));
        require(!bounce::reason_name(report).empty() && bounce::reason_name(report) != "?");
    }
    return 0;
}

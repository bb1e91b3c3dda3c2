#include "smtp/capabilities.hpp"

#include <charconv>

#include "base/text.hpp"

namespace paperround::smtp {

namespace {

void add(Capabilities& offered, std::string_view line) {
    const auto end = line.find(' ');
    const std::string_view keyword = line.substr(0, end);
    const std::string_view parameter =
        end == std::string_view::npos ? std::string_view() : trim(line.substr(end));
    if (ascii_iequals(keyword, "PIPELINING")) offered.pipelining = true;
    if (ascii_iequals(keyword, "8BITMIME")) offered.eight_bit_mime = true;
    if (ascii_iequals(keyword, "SMTPUTF8")) offered.smtputf8 = true;
    if (ascii_iequals(keyword, "STARTTLS")) offered.starttls = true;
    if (ascii_iequals(keyword, "AUTH")) offered.auth = true;
    if (ascii_iequals(keyword, "ENHANCEDSTATUSCODES")) offered.enhanced_status_codes = true;
    if (ascii_iequals(keyword, "SIZE")) {
        offered.size = true;
        std::uint64_t limit = 0;
        const auto [rest, error] =
            std::from_chars(parameter.data(), parameter.data() + parameter.size(), limit);
        if (error == std::errc() && rest == parameter.data() + parameter.size()) offered.size_limit = limit;
    }
}

}  // namespace

Capabilities parse_capabilities(std::string_view lines) {
    constexpr std::size_t code_and_separator = 4;
    Capabilities offered;
    bool first = true;
    for (std::string_view line : split(lines, '\n')) {
        line = trim(line);
        // The first line names the server, even if its name is PIPELINING.
        if (!first && line.size() > code_and_separator && line.starts_with("250")) {
            add(offered, line.substr(code_and_separator));
        }
        first = false;
    }
    return offered;
}

}  // namespace paperround::smtp

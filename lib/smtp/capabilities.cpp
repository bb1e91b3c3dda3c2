#include "smtp/capabilities.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace paperround::smtp {

namespace {

constexpr std::size_t auth_length = 4;
constexpr std::size_t most_mechanisms = 32;

// "AUTH PLAIN LOGIN", and "AUTH=PLAIN LOGIN" of the drafts before RFC 2554; many servers send both.
void add_mechanisms(Capabilities& offered, std::string_view names) {
    const auto separates = [](char c) { return c == ' ' || c == '\t' || c == '=' || c == ','; };
    while (!names.empty() && offered.mechanisms.size() < most_mechanisms) {
        const auto* const end = std::ranges::find_if(names, separates);
        const auto length = static_cast<std::size_t>(end - names.begin());
        std::string name = ascii_upper(names.substr(0, length));
        if (!name.empty() && std::ranges::find(offered.mechanisms, name) == offered.mechanisms.end())
            offered.mechanisms.push_back(std::move(name));
        names.remove_prefix(std::min(length + 1, names.size()));
    }
}

void add(Capabilities& offered, std::string_view line) {
    const auto end = line.find_first_of(" \t");
    const std::string_view keyword = line.substr(0, end);
    const std::string_view parameter =
        end == std::string_view::npos ? std::string_view() : trim(line.substr(end));
    if (ascii_iequals(keyword, "PIPELINING")) offered.pipelining = true;
    if (ascii_iequals(keyword, "8BITMIME")) offered.eight_bit_mime = true;
    if (ascii_iequals(keyword, "SMTPUTF8")) offered.smtputf8 = true;
    if (ascii_iequals(keyword, "STARTTLS")) offered.starttls = true;
    if (ascii_iequals(keyword, "AUTH") || ascii_istarts_with(keyword, "AUTH=")) {
        offered.auth = true;
        add_mechanisms(offered, line.substr(auth_length));
    }
    if (ascii_iequals(keyword, "DSN")) offered.dsn = true;
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
        // The first line names the server, even if that name is PIPELINING.
        if (!first && line.size() > code_and_separator && line.starts_with("250")) {
            add(offered, line.substr(code_and_separator));
        }
        first = false;
    }
    return offered;
}

}  // namespace paperround::smtp

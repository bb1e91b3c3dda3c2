#include "public/page_query.hpp"

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::pages {

namespace {

constexpr std::size_t query_limit = 1024;
constexpr std::size_t language_limit = 35;

std::string value_of(std::string_view query, std::string_view name) {
    for (const std::string_view pair : split(query.substr(0, query_limit), '&')) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        return decode_percent(pair.substr(equals + 1), true).value_or("");
    }
    return {};
}

}  // namespace

std::string wanted_language(std::string_view query) {
    std::string value = value_of(query, "lang");
    const bool shaped = value.size() <= language_limit && std::ranges::all_of(value, [](char c) {
                            return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-';
                        });
    return shaped ? value : "";
}

std::optional<std::int64_t> wanted_before(std::string_view query) {
    const std::string value = value_of(query, "before");
    std::int64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stopped, error] = std::from_chars(value.data(), end, number);
    if (value.empty() || error != std::errc() || stopped != end || number <= 0) return std::nullopt;
    return number;
}

}  // namespace paperround::pages

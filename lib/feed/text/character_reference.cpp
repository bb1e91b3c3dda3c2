#include "feed/text/character_reference.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/text/html_references.hpp"
#include "base/utf8.hpp"

namespace paperround::feed {

namespace {

// What browsers make of the numbers 128 to 159, which Unicode gives to controls nobody means (HTML, "numeric
// character reference end state").
constexpr std::array<char32_t, 32> windows_1252{
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

Reference read_numeric(std::string_view text) {
    std::size_t at = 2;
    const bool hexadecimal = at < text.size() && ascii_lower(text[at]) == 'x';
    if (hexadecimal) ++at;
    const std::size_t first = at;
    char32_t value = 0;
    for (; at < text.size() && at < first + 8; ++at) {
        const char c = ascii_lower(text[at]);
        if (is_ascii_digit(c)) {
            value = value * (hexadecimal ? 16 : 10) + static_cast<char32_t>(c - '0');
        } else if (hexadecimal && c >= 'a' && c <= 'f') {
            value = value * 16 + static_cast<char32_t>(c - 'a' + 10);
        } else {
            break;
        }
    }
    if (at == first || at >= text.size() || text[at] != ';') return {};
    value = meant_by(value);
    const bool surrogate = value >= 0xD800 && value < 0xE000;
    if (value > 0x10FFFF || surrogate || value == 0) value = 0xFFFD;
    return {value, at + 1};
}

}  // namespace

char32_t meant_by(char32_t c) {
    return c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
}

Reference read_reference(std::string_view text) {
    constexpr std::size_t longest_name = 33;
    if (text.size() > 2 && text[1] == '#') return read_numeric(text);
    std::size_t end = 1;
    while (end < text.size() && end < longest_name &&
           (is_ascii_alpha(text[end]) || is_ascii_digit(text[end])))
        ++end;
    if (end == 1 || end >= text.size() || text[end] != ';') return {};
    const char32_t value = named_reference(text.substr(1, end - 1));
    return value == 0 ? Reference{} : Reference{value, end + 1};
}

std::string decode_references(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    while (!html.empty()) {
        const auto plain = std::min(html.find('&'), html.size());
        out.append(html.substr(0, plain));
        html.remove_prefix(plain);
        if (html.empty()) break;
        const Reference reference = read_reference(html);
        if (reference.length > 0) {
            append_utf8(out, reference.value);
        } else {
            out.push_back('&');
        }
        html.remove_prefix(std::max<std::size_t>(1, reference.length));
    }
    return out;
}

}  // namespace paperround::feed

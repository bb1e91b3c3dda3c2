#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "base/utf8.hpp"

namespace paperround {

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    return trim_end(text);
}

std::string_view trim_end(std::string_view text) {
    while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = ascii_lower(c);
    return out;
}

std::string ascii_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

bool ascii_istarts_with(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && ascii_iequals(text.substr(0, prefix.size()), prefix);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string collapse_spaces(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : trim(text)) {
        if (!is_ascii_space(c)) {
            out.push_back(c);
        } else if (out.back() != ' ') {
            out.push_back(' ');
        }
    }
    return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    out.reserve(text.size());
    for (;;) {
        const auto at = from.empty() ? std::string_view::npos : text.find(from);
        out.append(text.substr(0, at));
        if (at == std::string_view::npos) return out;
        out.append(to);
        text.remove_prefix(at + from.size());
    }
}

namespace {
// Terminals take U+009B for ESC [, and terminals that are not in UTF-8 take the octet 9B for it. Removing one
// control never forms another: the octets that end a UTF-8 sequence are in the same range.
bool is_control(const CodePoint& point, char first) {
    if (!point.valid) return static_cast<unsigned char>(first) < 0xA0;
    return point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0) || point.value == 0x2028 ||
           point.value == 0x2029;
}
// A fast path: most text is printable ASCII.
bool is_printable_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}
}  // namespace

bool has_control_characters(std::string_view text) {
    if (is_printable_ascii(text)) return false;
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        if (is_control(point, text.front())) return true;
        text.remove_prefix(point.length);
    }
    return false;
}

std::string without_control_characters(std::string_view text) {
    if (is_printable_ascii(text)) return std::string(text);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        if (!is_control(point, text.front())) out.append(text.substr(0, point.length));
        text.remove_prefix(point.length);
    }
    return out;
}

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string with_thousands(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, " ");
    }
    return digits;
}

namespace {
// Edit distance: an insertion, deletion, substitution or swap of neighbours costs one.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    const auto same = [&](std::size_t i, std::size_t j) { return ascii_lower(a[i]) == ascii_lower(b[j]); };
    std::vector<std::size_t> two_above(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            row[j + 1] = std::min({above[j] + (same(i, j) ? 0U : 1U), row[j] + 1, above[j + 1] + 1});
            const bool swapped = i > 0 && j > 0 && same(i, j - 1) && same(i - 1, j);
            if (swapped) row[j + 1] = std::min(row[j + 1], two_above[j - 1] + 1);
        }
        two_above.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}
}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    word = word.substr(0, 64);
    // At most half of the letters of a short word, and at most four, may differ.
    std::size_t best = std::clamp<std::size_t>(word.size() / 2, 1, 4) + 1;
    std::string found;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

}  // namespace paperround

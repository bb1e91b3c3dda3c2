#include "refusal/phrases.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::refusal {

namespace {

// The letters of the languages that the phrases are in.
char32_t lower_case(char32_t c) {
    if (c >= 'A' && c <= 'Z') return c + 32;
    if (c < 0xC0) return c;
    if (c <= 0xDE) return c == 0xD7 ? c : c + 32;
    if (c >= 0x100 && c <= 0x137) return c | 1U;
    if (c >= 0x139 && c <= 0x148) return c % 2 == 1 ? c + 1 : c;
    if (c >= 0x14A && c <= 0x177) return c | 1U;
    if (c >= 0x179 && c <= 0x17E) return c % 2 == 1 ? c + 1 : c;
    if (c >= 0x391 && c <= 0x3A9) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    return c;
}

template <class Test>
bool any_of_phrases(std::string_view phrases, Test&& holds) {
    while (!phrases.empty()) {
        while (phrases.starts_with('\n')) phrases.remove_prefix(1);
        const auto end = std::min(phrases.find('|'), phrases.size());
        if (end > 0 && holds(phrases.substr(0, end))) return true;
        phrases.remove_prefix(std::min(end + 1, phrases.size()));
    }
    return false;
}

}  // namespace

std::string plain_words(std::string_view text) {
    const std::string spaced = collapse_spaces(text);
    if (is_ascii(spaced)) return ascii_lower(spaced);
    std::string out;
    for (std::string_view rest = spaced; !rest.empty();) {
        const CodePoint each = next_code_point(rest);
        rest.remove_prefix(each.length);
        if (each.value == 0x2018 || each.value == 0x2019) {
            out += '\'';
        } else if (each.value == 0xA0) {
            out += ' ';
        } else {
            append_utf8(out, lower_case(each.value));
        }
    }
    return out;
}

bool has_any_phrase(std::string_view text, std::string_view phrases) {
    return any_of_phrases(phrases, [&](auto phrase) { return text.find(phrase) != std::string_view::npos; });
}

bool begins_with_phrase(std::string_view text, std::string_view phrases) {
    return any_of_phrases(phrases, [&](auto phrase) { return text.starts_with(phrase); });
}

bool ends_with_phrase(std::string_view text, std::string_view phrases) {
    return any_of_phrases(phrases, [&](auto phrase) { return text.ends_with(phrase); });
}

bool is_phrase(std::string_view text, std::string_view phrases) {
    return any_of_phrases(phrases, [&](auto phrase) { return text == phrase; });
}

}  // namespace paperround::refusal

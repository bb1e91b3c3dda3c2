#include "base/text/unseen.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround {

namespace {

constexpr std::array<CodePointRange, 10> spaces{{{0x09, 0x0D},
                                                 {0x20, 0x20},
                                                 {0x85, 0x85},
                                                 {0xA0, 0xA0},
                                                 {0x1680, 0x1680},
                                                 {0x2000, 0x200A},
                                                 {0x2028, 0x2029},
                                                 {0x202F, 0x202F},
                                                 {0x205F, 0x205F},
                                                 {0x3000, 0x3000}}};

// Default_Ignorable_Code_Point of Unicode, and the interlinear annotation characters.
constexpr std::array<CodePointRange, 15> invisibles{{{0xAD, 0xAD},
                                                     {0x34F, 0x34F},
                                                     {0x61C, 0x61C},
                                                     {0x115F, 0x1160},
                                                     {0x17B4, 0x17B5},
                                                     {0x180B, 0x180F},
                                                     {0x200B, 0x200F},
                                                     {0x202A, 0x202E},
                                                     {0x2060, 0x206F},
                                                     {0x3164, 0x3164},
                                                     {0xFE00, 0xFE0F},
                                                     {0xFEFF, 0xFEFF},
                                                     {0xFFA0, 0xFFA0},
                                                     {0xFFF9, 0xFFFB},
                                                     {0xE0000, 0xE0FFF}}};

template <std::size_t size>
bool holds(const std::array<CodePointRange, size>& ranges, char32_t value) {
    return std::ranges::any_of(ranges,
                               [value](CodePointRange r) { return value >= r.first && value <= r.last; });
}

bool is_unseen(const CodePoint& point) {
    return point.valid && (is_white_space(point.value) || is_invisible(point.value));
}

// Emoji, Arabic and Indic scripts need these.
bool shapes_letters(char32_t value) {
    return value == 0x200C || value == 0x200D || value == 0x34F || (value >= 0x180B && value <= 0x180F) ||
           (value >= 0xFE00 && value <= 0xFE0F) || value >= 0xE0000;
}

// Returns the last code point of a non-empty text.
CodePoint last_code_point(std::string_view text) {
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U)
        --start;
    const CodePoint point = next_code_point(text.substr(start));
    return start + point.length == text.size() ? point : CodePoint{0xFFFD, 1, false};
}

template <class Goes>
std::string_view trim_if(std::string_view text, Goes goes) {
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        if (!goes(point)) break;
        text.remove_prefix(point.length);
    }
    while (!text.empty()) {
        const CodePoint point = last_code_point(text);
        if (!goes(point)) break;
        text.remove_suffix(point.length);
    }
    return text;
}

}  // namespace

bool is_white_space(char32_t value) {
    return holds(spaces, value);
}

bool is_invisible(char32_t value) {
    return value >= 0x80 && holds(invisibles, value);
}

std::string_view trim_unseen(std::string_view text) {
    return trim_if(text, is_unseen);
}

std::string_view trim_white_space(std::string_view text) {
    return trim_if(text, [](const CodePoint& point) { return point.valid && is_white_space(point.value); });
}

std::optional<char32_t> first_unseen(std::string_view text) {
    if (is_ascii(text)) return std::nullopt;
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        if (point.value >= 0x80 && is_unseen(point)) return point.value;
        text.remove_prefix(point.length);
    }
    return std::nullopt;
}

std::string tidied_name(std::string_view text) {
    if (is_ascii(text)) return collapse_spaces(text);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        const std::string_view written = text.substr(0, point.length);
        text.remove_prefix(point.length);
        if (point.valid && is_white_space(point.value)) {
            if (!out.empty() && out.back() != ' ') out.push_back(' ');
        } else if (!point.valid || !is_invisible(point.value) || shapes_letters(point.value)) {
            out.append(written);
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

}  // namespace paperround

#include "email/text/bidi.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "base/utf8.hpp"

namespace paperround::email {

namespace {

constexpr std::string_view left_to_right_mark = "\u200E";
constexpr std::string_view right_to_left_mark = "\u200F";

struct Range {
    char32_t first;
    char32_t last;
};

// Hebrew, Arabic, Syriac, Thaana, N'Ko, Mandaic and their presentation forms; the old scripts; Adlam and
// others.
constexpr std::array right_to_left_letters = std::to_array<Range>({{0x5BE, 0x65F},
                                                                   {0x66D, 0x6EF},
                                                                   {0x6FA, 0x8FF},
                                                                   {0xFB1D, 0xFDFF},
                                                                   {0xFE70, 0xFEFE},
                                                                   {0x10800, 0x10FFF},
                                                                   {0x1E800, 0x1EFFF}});
// Beyond ASCII: signs and punctuation, which take the direction of what is around them; digits of Arabic.
constexpr std::array no_letters = std::to_array<Range>(
    {{0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
     {0xF7, 0xF7},     {0x600, 0x607},   {0x60C, 0x60C},   {0x660, 0x66C},   {0x6DD, 0x6DD},
     {0x6F0, 0x6F9},   {0x2000, 0x2BFF}, {0x2E00, 0x2E7F}, {0x3000, 0x3020}, {0xFD3E, 0xFD3F},
     {0xFE10, 0xFE6F}, {0xFF01, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0x1F000, 0x1FAFF}});

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, char32_t c) {
    return std::ranges::any_of(ranges,
                               [c](const Range& range) { return c >= range.first && c <= range.last; });
}

Direction direction_of(char32_t c, std::string_view character) {
    if (character == left_to_right_mark) return Direction::left_to_right;
    if (character == right_to_left_mark) return Direction::right_to_left;
    if (c < 0x80) return is_ascii_alpha(static_cast<char>(c)) ? Direction::left_to_right : Direction::none;
    if (is_in(no_letters, c) || display_width(character) == 0) return Direction::none;
    return is_in(right_to_left_letters, c) ? Direction::right_to_left : Direction::left_to_right;
}

// Calls `see` with each letter's direction until it returns false.
template <class See>
void for_each_letter(std::string_view text, See see) {
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        const Direction direction = direction_of(point.value, text.substr(0, point.length));
        if (direction != Direction::none && !see(direction)) return;
        text.remove_prefix(point.length);
    }
}

std::string_view mark_of(Direction direction) {
    return direction == Direction::right_to_left ? right_to_left_mark : left_to_right_mark;
}

bool are_opposite(Direction a, Direction b) {
    return a != b && a != Direction::none && b != Direction::none;
}

}  // namespace

Direction first_direction(std::string_view text) {
    Direction first = Direction::none;
    for_each_letter(text, [&first](Direction direction) {
        first = direction;
        return false;
    });
    return first;
}

// From the end: mostly the last character is a letter.
Direction last_direction(std::string_view text) {
    while (!text.empty()) {
        std::size_t start = text.size() - 1;
        while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
        const Direction last = first_direction(text.substr(start));
        if (last != Direction::none) return last;
        text = text.substr(0, start);
    }
    return Direction::none;
}

Direction main_direction(std::string_view text, Direction before) {
    std::size_t to_left = 0;
    std::size_t to_right = 0;
    for (const std::string_view line : split(text, '\n')) {
        for (const std::string_view word : split(line, ' ')) {
            const Direction direction = first_direction(word);
            to_left += direction == Direction::right_to_left ? 1 : 0;
            to_right += direction == Direction::left_to_right ? 1 : 0;
        }
    }
    if (to_left == to_right) return before != Direction::none ? before : first_direction(text);
    return to_left > to_right ? Direction::right_to_left : Direction::left_to_right;
}

// A line without a letter runs from left to right.
std::string_view mark_before_line(std::string_view line, Direction paragraph) {
    const Direction first = first_direction(line);
    const bool wrong =
        are_opposite(first, paragraph) || (first == Direction::none && paragraph == Direction::right_to_left);
    return wrong ? mark_of(paragraph) : std::string_view();
}

std::string_view mark_between(Direction before, std::string_view piece, Direction paragraph) {
    const bool joins = are_opposite(before, paragraph) && first_direction(piece) != paragraph;
    return joins ? mark_of(paragraph) : std::string_view();
}

std::string without_direction_marks(std::string_view text) {
    return replace_all(replace_all(text, left_to_right_mark, ""), right_to_left_mark, "");
}

}  // namespace paperround::email

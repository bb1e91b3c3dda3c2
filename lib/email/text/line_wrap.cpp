#include "email/text/line_wrap.hpp"

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "base/utf8.hpp"

namespace paperround::email {

namespace {

bool is_ideographic(char32_t c) {
    return (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

constexpr std::u32string_view not_at_line_start =
    U"、。，．・！？；：」』）】〉》〕］｝〗〙｠»”’｡｣､･ー～〜‐–ゝゞヽヾ々〻"
    U"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ…‥";
constexpr std::u32string_view not_at_line_end = U"「『（【〈《〔［｛〖〘｟«｢“‘";

// The length of the first unbreakable stretch of a text without spaces.
std::size_t unit_length(std::string_view word) {
    CodePoint before = next_code_point(word);
    std::size_t length = before.length;
    while (length < word.size()) {
        const CodePoint after = next_code_point(word.substr(length));
        const bool ideographic = is_ideographic(before.value) || is_ideographic(after.value);
        const bool kept_together = not_at_line_start.find(after.value) != std::u32string_view::npos ||
                                   not_at_line_end.find(before.value) != std::u32string_view::npos ||
                                   display_width(word.substr(length, after.length)) == 0;
        if (ideographic && !kept_together) break;
        length += after.length;
        before = after;
    }
    return length;
}

void wrap_line(std::string_view text, std::size_t columns, std::vector<std::string>& lines) {
    std::string line;
    std::size_t width = 0;
    for (std::string_view word : split(text, ' ')) {
        std::size_t space = line.empty() ? 0 : 1;
        while (!word.empty()) {
            const std::string_view unit = word.substr(0, unit_length(word));
            const std::size_t unit_width = display_width(unit);
            if (!line.empty() && width + space + unit_width > columns) {
                lines.push_back(std::move(line));
                line.clear();
                width = space = 0;
            }
            line.append(space, ' ');
            line += unit;
            width += space + unit_width;
            space = 0;
            word.remove_prefix(unit.size());
        }
    }
    lines.push_back(std::move(line));
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n')) wrap_line(trim(line), columns, lines);
    return lines;
}

}  // namespace paperround::email

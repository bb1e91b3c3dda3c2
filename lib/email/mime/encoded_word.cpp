#include "email/mime/encoded_word.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::email {

namespace {

constexpr std::string_view q_start = "=?UTF-8?Q?";
constexpr std::string_view b_start = "=?UTF-8?B?";
constexpr std::string_view word_end = "?=";
constexpr std::size_t word_limit = 75;
constexpr std::size_t overhead = q_start.size() + word_end.size();
// A plain word longer than this would leave no room beside a field name; it is encoded, and so can be folded.
constexpr std::size_t plain_word_limit = 55;

// What Q leaves as it is: the set that RFC 2047 §5 (3) allows within a phrase, and therefore anywhere.
bool is_q_literal(char c) {
    constexpr std::string_view others = "!*+-/";
    return is_ascii_alpha(c) || is_ascii_digit(c) || others.find(c) != std::string_view::npos;
}

std::size_t q_size(std::string_view text) {
    std::size_t size = 0;
    for (const char c : text) size += is_q_literal(c) || c == ' ' ? 1 : 3;
    return size;
}

void append_q(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (is_q_literal(c)) {
            out.push_back(c);
        } else if (c == ' ') {
            out.push_back('_');
        } else {
            out.append({'=', digits[octet >> 4U], digits[octet & 15U]});
        }
    }
}

// The longest prefix of whole characters whose Q encoding fits in `room` octets.
std::string_view q_prefix(std::string_view text, std::size_t room) {
    std::size_t taken = 0;
    std::size_t used = 0;
    while (taken < text.size()) {
        const std::size_t length = next_code_point(text.substr(taken)).length;
        used += q_size(text.substr(taken, length));
        if (used > room) break;
        taken += length;
    }
    return text.substr(0, taken);
}

// The same for B, and such that only the last word of a text has padding: GMime joins neighbouring B words
// before it decodes them, and loses what follows a `=`. Empty where characters don't add up to whole groups
// of three octets.
std::string_view b_prefix(std::string_view text, std::size_t room) {
    const std::size_t most = room / 4 * 3;
    if (text.size() <= most) return text;
    std::size_t taken = 0;
    std::size_t whole_groups = 0;
    while (taken < text.size()) {
        taken += next_code_point(text.substr(taken)).length;
        if (taken > most) break;
        if (taken % 3 == 0) whole_groups = taken;
    }
    return text.substr(0, whole_groups);
}

void append_word(std::string& out, std::string_view text, bool q) {
    out += q ? q_start : b_start;
    if (q) {
        append_q(out, text);
    } else {
        out += base64(text);
    }
    out += word_end;
}

bool is_atext(char c) {
    constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~";
    return is_ascii_alpha(c) || is_ascii_digit(c) || others.find(c) != std::string_view::npos;
}

// Plain words can stand as they are: nothing to encode, nothing that a reader would decode, every word
// foldable.
bool is_plain(std::string_view text) {
    if (!is_ascii(text) || text.find("=?") != std::string_view::npos) return false;
    if (text.empty() || text.front() == ' ' || text.back() == ' ') return text.empty();
    if (text.find("  ") != std::string_view::npos) return false;
    return std::ranges::all_of(split(text, ' '), [](auto word) { return word.size() <= plain_word_limit; });
}

std::string folded_at_spaces(std::string_view text, std::size_t column) {
    std::string out;
    bool first = true;
    for (const std::string_view word : split(text, ' ')) {
        if (!first && column + 1 + word.size() > header_line_limit) {
            out += "\r\n ";
            column = 1;
        } else if (!first) {
            out.push_back(' ');
            ++column;
        }
        out += word;
        column += word.size();
        first = false;
    }
    return out;
}

std::string quoted_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + '"';
}

}  // namespace

std::string header_text(std::string_view text) {
    std::string out = to_valid_utf8(text);
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return out;
}

std::string encoded_words(std::string_view raw, std::size_t column) {
    const std::string valid = header_text(raw);
    std::string_view text = valid;
    const bool prefers_q = q_size(text) <= (text.size() + 2) / 3 * 4;
    std::string out;
    while (!text.empty()) {
        const std::size_t room =
            std::min(word_limit, header_line_limit - std::min(column, header_line_limit));
        const std::size_t payload = room > overhead ? room - overhead : 0;
        const std::string_view in_b = prefers_q ? std::string_view() : b_prefix(text, payload);
        const std::string_view taken = in_b.empty() ? q_prefix(text, payload) : in_b;
        if (!taken.empty()) append_word(out, taken, in_b.empty());
        text.remove_prefix(taken.size());
        if (!text.empty()) out += "\r\n ";
        column = 1;
    }
    return out;
}

std::string unstructured(std::string_view raw, std::size_t column) {
    const std::string text = header_text(raw);
    return is_plain(text) ? folded_at_spaces(text, column) : encoded_words(text, column);
}

std::string phrase(std::string_view raw, std::size_t column) {
    const std::string text = header_text(raw);
    if (!is_plain(text)) return encoded_words(text, column);
    if (std::ranges::all_of(text, [](char c) { return is_atext(c) || c == ' '; })) {
        return folded_at_spaces(text, column);
    }
    const std::string quoted = quoted_string(text);
    return column + quoted.size() <= header_line_limit ? quoted : encoded_words(text, column);
}

std::size_t column_after(std::string_view written, std::size_t column) {
    const auto line_end = written.rfind('\n');
    return line_end == std::string_view::npos ? column + written.size() : written.size() - line_end - 1;
}

}  // namespace paperround::email

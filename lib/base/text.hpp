// Plain text operations on ASCII and UTF-8. Pure; nothing here depends on the locale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paperround {

[[nodiscard]] constexpr bool is_ascii_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}
[[nodiscard]] constexpr bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_ascii_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string_view trim_end(std::string_view text);
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] std::string ascii_upper(std::string_view text);
[[nodiscard]] bool ascii_iequals(std::string_view a, std::string_view b);
[[nodiscard]] bool ascii_istarts_with(std::string_view text, std::string_view prefix);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// Trims, and replaces every run of ASCII white space with one space; for titles and names from feeds.
[[nodiscard]] std::string collapse_spaces(std::string_view text);
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

// C0 controls (among them CR, LF and NUL), DEL, C1 controls (U+0080 to U+009F, and octets of that range that
// are not UTF-8), and the line and paragraph separators U+2028 and U+2029. They are allowed in no header,
// address or log line.
[[nodiscard]] bool has_control_characters(std::string_view text);
[[nodiscard]] std::string without_control_characters(std::string_view text);

// `&`, `<`, `>`, `"` and `'` as character references: safe in HTML text and in quoted attributes.
[[nodiscard]] std::string escape_html(std::string_view text);

// 1240 -> "1 240".
[[nodiscard]] std::string with_thousands(std::uint64_t number);

// The nearest of `known` by edit distance, or "" if none is near enough to be a likely misspelling.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace paperround

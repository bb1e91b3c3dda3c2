// UTF-8 as RFC 3629 defines it: no surrogates, no overlong forms, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paperround {

struct CodePointRange {
    char32_t first;
    char32_t last;
};

struct CodePoint {
    char32_t value = 0;      // U+FFFD if the input was not UTF-8
    std::size_t length = 0;  // octets read, at least 1
    bool valid = false;
};

// Reads the code point at the front of a non-empty text.
[[nodiscard]] CodePoint next_code_point(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);
[[nodiscard]] bool is_ascii(std::string_view text);
// Replaces each octet that does not belong to a valid sequence with U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
void append_utf8(std::string& out, char32_t value);

// The longest prefix of at most `limit` octets that ends between two code points.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t limit);

}  // namespace paperround

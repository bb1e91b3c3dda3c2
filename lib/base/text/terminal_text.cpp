#include "base/text/terminal_text.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace paperround {

namespace {

bool breaks_line(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool acts_on_terminal(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string terminal_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        if (breaks_line(point.value)) {
            out.push_back(' ');
        } else if (!acts_on_terminal(point.value)) {
            append_utf8(out, point.value);
        }
        text.remove_prefix(point.length);
    }
    return out;
}

std::string terminal_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const CodePoint point = next_code_point(json);
        if (acts_on_terminal(point.value)) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
        } else {
            append_utf8(out, point.value);
        }
        json.remove_prefix(point.length);
    }
    return out;
}

}  // namespace paperround

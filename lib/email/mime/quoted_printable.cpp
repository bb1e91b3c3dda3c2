#include "email/mime/quoted_printable.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t line_room = 75;  // and the "=" of a soft line break

constexpr std::array<bool, 256> make_literals() {
    std::array<bool, 256> literal{};
    for (unsigned c = 0x20; c < 0x7f; ++c) literal[c] = c != '=';
    literal['\t'] = true;
    return literal;
}
constexpr std::array<bool, 256> literals = make_literals();

bool is_literal(char c) {
    return literals[static_cast<unsigned char>(c)];
}

void append_escaped(std::string& out, std::string_view octets) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        out.append({'=', digits[octet >> 4U], digits[octet & 15U]});
    }
}

bool must_not_begin_a_line(std::string_view text) {
    return text.front() == '.' || text.starts_with("From ");
}

}  // namespace

void append_quoted_printable_line(std::string& out, std::string_view line) {
    // White space at the end of a line is at the mercy of every gateway: it is escaped.
    std::string_view last;
    if (!line.empty() && (line.back() == ' ' || line.back() == '\t')) {
        last = line.substr(line.size() - 1);
        line.remove_suffix(1);
    }
    std::size_t column = 0;
    const auto make_room = [&](std::size_t wanted) {
        if (column + wanted <= line_room) return;
        out += "=\r\n";
        column = 0;
    };
    while (!line.empty()) {
        if (is_literal(line.front())) make_room(1);
        if (!is_literal(line.front()) || (column == 0 && must_not_begin_a_line(line))) {
            const std::size_t length = next_code_point(line).length;
            make_room(3 * length);
            append_escaped(out, line.substr(0, length));
            column += 3 * length;
            line.remove_prefix(length);
            continue;
        }
        const std::size_t most = std::min(line.size(), line_room - column);
        std::size_t run = 1;
        while (run < most && is_literal(line[run])) ++run;
        out.append(line.substr(0, run));
        column += run;
        line.remove_prefix(run);
    }
    if (!last.empty()) {
        make_room(3);
        append_escaped(out, last);
    }
}

std::string quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    while (!text.empty()) {
        const auto end = text.find('\n');
        append_quoted_printable_line(out, text.substr(0, end));
        if (end == std::string_view::npos) break;
        out += "\r\n";
        text.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace paperround::email

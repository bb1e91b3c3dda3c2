#include "smtp/content.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::smtp {

namespace {

constexpr std::size_t line_limit = 998;
constexpr std::size_t address_limit = 320;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view final_dot = ".\r\n";

Failure<Unsendable> bad_line(std::size_t number, std::string_view what) {
    return failure(Unsendable{fmt::format("line {} of the message {}", number, what)});
}

// Whether one line, without its line end, may be sent; the reason where not.
std::string_view objection(std::string_view line) {
    if (line.size() > line_limit) return "is longer than 998 octets";
    for (const char c : line) {
        if (c == '\0') return "contains a NUL";
        if (c == '\r') return "contains a CR that ends no line";
        if (static_cast<unsigned char>(c) >= 0x80) return "is not 7-bit text";
    }
    return {};
}

}  // namespace

Result<std::string, Unsendable> wire_content(std::string_view message) {
    std::string wire;
    wire.reserve(message.size() + message.size() / 64 + line_end.size() + final_dot.size());
    for (std::size_t number = 1; !message.empty(); ++number) {
        const auto end = message.find('\n');
        std::string_view line = message.substr(0, end);
        message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
        if (end != std::string_view::npos) {
            if (!line.ends_with('\r')) return bad_line(number, "ends in LF without CR");
            line.remove_suffix(1);
        }
        if (const auto reason = objection(line); !reason.empty()) return bad_line(number, reason);
        if (line.starts_with('.')) wire.push_back('.');
        wire.append(line).append(line_end);
    }
    return wire.append(final_dot);
}

Result<void, Unsendable> check_address(std::string_view address) {
    const auto forbidden = [](char c) { return c == ' ' || c == '<' || c == '>'; };
    if (address.empty()) return failure(Unsendable{"is empty"});
    if (address.size() > address_limit) return failure(Unsendable{"is longer than 320 octets"});
    if (has_control_characters(address)) return failure(Unsendable{"contains a control character"});
    if (std::ranges::any_of(address, forbidden))
        return failure(Unsendable{"contains a space or an angle bracket"});
    if (!is_utf8(address)) return failure(Unsendable{"is not UTF-8"});
    return {};
}

}  // namespace paperround::smtp

#include "smtp/content.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::smtp {

namespace {

constexpr std::size_t line_limit = 998;
constexpr std::size_t address_limit = 320;
// Octets for the final dot, and for the next envelope, which may be written with it.
constexpr std::size_t room_behind = 1024;
constexpr std::string_view line_end = "\r\n";

Failure<Unsendable> bad_line(std::size_t number, std::string_view what) {
    return failure(Unsendable{fmt::format("line {} of the message {}", number, what)});
}

// Why a line (without its line end) must not be sent; empty if it may be sent. `plain`: the whole message is
// known to be 7-bit and without NUL.
std::string_view objection(std::string_view line, bool in_header, bool plain) {
    if (line.size() > line_limit) return "is longer than 998 octets";
    if (!plain && line.find('\0') != std::string_view::npos) return "contains a NUL";
    if (line.find('\r') != std::string_view::npos) return "contains a CR that ends no line";
    if (plain || is_ascii(line)) return {};
    if (in_header) return is_utf8(line) ? std::string_view() : "is not UTF-8";
    return "is not 7-bit text";
}

}  // namespace

bool has_utf8_header(std::string_view message) {
    return !is_ascii(message.substr(0, message.find("\r\n\r\n")));
}

Result<std::string, Unsendable> wire_content(std::string_view message) {
    std::string wire;
    wire.reserve(message.size() + message.size() / 64 + room_behind);
    std::size_t copied = 0;  // the message up to here is in `wire`
    std::size_t start = 0;
    bool in_header = true;
    const bool plain = is_ascii(message) && message.find('\0') == std::string_view::npos;
    for (std::size_t number = 1; start < message.size(); ++number) {
        const auto end = message.find('\n', start);
        std::string_view line = message.substr(start, end - start);
        if (end != std::string_view::npos) {
            if (!line.ends_with('\r')) return bad_line(number, "ends in LF without CR");
            line.remove_suffix(1);
        }
        if (line.empty()) in_header = false;
        if (const auto reason = objection(line, in_header, plain); !reason.empty())
            return bad_line(number, reason);
        if (line.starts_with('.')) {
            wire.append(message.substr(copied, start - copied)).push_back('.');
            copied = start;
        }
        start = end == std::string_view::npos ? message.size() : end + 1;
    }
    wire.append(message.substr(copied));
    if (!message.empty() && !message.ends_with('\n')) wire.append(line_end);
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

#include "smtp/handshake.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::smtp {

using queue::Stage;

void Handshake::tls_octets() {
    if (stage_ == Stage::connect) stage_ = Stage::tls;  // TLS from the first octet
}

void Handshake::command(std::string_view octets) {
    const std::string_view verb = octets.substr(0, octets.find_first_of(" \r\n"));
    // libcurl tries HELO after a refused EHLO. If the server hangs up then, the reason is in its reply to
    // EHLO.
    if (!ascii_iequals(verb, "HELO")) reply_lines_.clear();
    if (ascii_iequals(verb, "EHLO") || ascii_iequals(verb, "HELO")) {
        stage_ = Stage::ehlo;
        ehlo_lines_.clear();
    } else if (ascii_iequals(verb, "STARTTLS")) {
        stage_ = Stage::tls;
    }
}

void Handshake::reply_line(std::string_view line) {
    if (!greeted_ && trim(line).empty()) return;
    if (!greeted_) {
        constexpr std::size_t shown = 100;
        stage_ = Stage::greeting;
        const auto digits = std::ranges::find_if_not(line.substr(0, 3), is_ascii_digit);
        if (digits - line.begin() < 3) {
            nonsense_ = utf8_prefix(without_control_characters(collapse_spaces(to_valid_utf8(line))), shown);
        }
    }
    greeted_ = true;
    endless_ = reply_lines_.size() + line.size() > reply_limit;
    if (endless_) return;
    reply_lines_.append(line);
    if (stage_ == Stage::ehlo) ehlo_lines_.append(line);
}

std::optional<Reply> Handshake::last_reply() const {
    ReplyParser parser;
    parser.feed(reply_lines_);
    std::optional<Reply> last;
    while (auto next = parser.next()) {
        if (!*next) break;
        last = std::move(**next);
    }
    return last;
}

}  // namespace paperround::smtp

#include "smtp/handshake.hpp"

#include "base/text.hpp"

namespace paperround::smtp {

using queue::Stage;

void Handshake::hide(std::string secret) {
    if (!secret.empty()) secrets_.push_back(std::move(secret));
}

void Handshake::tls_octets() {
    if (stage_ == Stage::connect) stage_ = Stage::tls;  // TLS from the first octet
}

void Handshake::command(std::string_view octets) {
    const std::string_view verb = octets.substr(0, octets.find_first_of(" \r\n"));
    // HELO is what libcurl tries after a refused EHLO; a server that hangs up then has given its reason
    // before.
    if (!ascii_iequals(verb, "HELO")) reply_lines_.clear();
    if (ascii_iequals(verb, "EHLO") || ascii_iequals(verb, "HELO")) {
        stage_ = Stage::ehlo;
        ehlo_lines_.clear();
    } else if (ascii_iequals(verb, "STARTTLS")) {
        stage_ = Stage::tls;
    } else if (ascii_iequals(verb, "AUTH")) {
        stage_ = Stage::auth;
        auth_begun_ = true;
    }
    // Anything else is the continuation of an AUTH dialogue.
}

void Handshake::reply_line(std::string_view line) {
    if (!greeted_) stage_ = Stage::greeting;
    greeted_ = true;
    if (reply_lines_.size() + line.size() > ReplyParser::reply_limit) return;
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
    if (last) {
        for (const std::string& secret : secrets_) last->text = replace_all(last->text, secret, "***");
    }
    return last;
}

}  // namespace paperround::smtp

#include "smtp/dsn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace paperround::smtp {

namespace {

constexpr std::size_t longest_envid = 100;  // RFC 3461 §4.4
constexpr std::size_t longest_orcpt = 500;  // RFC 3461 §4.2

bool is_plain(char c) {
    return c > ' ' && c <= '~' && c != '+' && c != '=';
}

// utf-8-addr-unitext of RFC 6533 §3: non-ASCII characters are not encoded.
std::string unitext(std::string_view address) {
    std::string out;
    for (const char c : address) {
        if ((is_plain(c) && c != '\\') || static_cast<unsigned char>(c) >= 0x80U) {
            out.push_back(c);
        } else {
            out += fmt::format("\\x{{{:02X}}}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace

std::string xtext(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        out += fmt::format("+{:02X}", static_cast<unsigned char>(text.front()));
        text.remove_prefix(1);
    }
    return out;
}

std::string dsn_of_mail(const Envelope& envelope) {
    if (envelope.mail_from.empty()) return {};
    const std::string id = xtext(envelope.id);
    if (id.empty() || id.size() > longest_envid || !is_ascii(envelope.id)) return " RET=HDRS";
    return fmt::format(" RET=HDRS ENVID={}", id);
}

std::string dsn_of_rcpt(const Envelope& envelope) {
    if (envelope.mail_from.empty()) return {};
    const std::string original = is_ascii(envelope.rcpt_to) ? "rfc822;" + xtext(envelope.rcpt_to)
                                                            : "utf-8;" + unitext(envelope.rcpt_to);
    return original.size() > longest_orcpt ? "" : " ORCPT=" + original;
}

}  // namespace paperround::smtp

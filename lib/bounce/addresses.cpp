#include "bounce/addresses.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::bounce {

namespace {

constexpr std::size_t most_addresses = 50;
constexpr std::size_t longest_address = 320;

bool in_local_part(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

bool in_domain(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Letters of alphabets may stand in an address. Punctuation ends it, and so do ideographs and kana beside ASCII: their
// languages put no space between words.
bool ends_address(char32_t c, bool ascii_so_far) {
    const bool punctuation = c < 0xC0 || c == 0xFFFD || (c >= 0x2000 && c <= 0x206F) ||
                             (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFFEF);
    return punctuation || (ascii_so_far && c >= 0x2E80);
}

// How many octets the character in front of `end` has, and what it is.
CodePoint code_point_before(std::string_view text, std::size_t end) {
    std::size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
        --begin;
    const CodePoint each = next_code_point(text.substr(begin, end - begin));
    return each.valid && each.length == end - begin ? each : CodePoint{0xFFFD, 1, false};
}

std::size_t begin_of_local_part(std::string_view line, std::size_t at, std::size_t free_from) {
    std::size_t begin = at;
    while (begin > free_from && at - begin < 70 && in_local_part(line[begin - 1])) {
        if (static_cast<unsigned char>(line[begin - 1]) < 0x80) {
            --begin;
            continue;
        }
        const CodePoint each = code_point_before(line, begin);
        if (ends_address(each.value, begin < at && is_ascii(line.substr(begin, at - begin)))) break;
        begin -= each.length;
    }
    return begin;
}

std::size_t end_of_domain(std::string_view line, std::size_t begin) {
    std::size_t end = begin;
    while (end < line.size() && end - begin < 255 && in_domain(line[end])) {
        const CodePoint each = next_code_point(line.substr(end));
        const std::string_view so_far = line.substr(begin, end - begin);
        if (each.value >= 0x80 &&
            ends_address(each.value, so_far.find('.') != std::string_view::npos && is_ascii(so_far)))
            break;
        end += each.length;
    }
    return end;
}

// RFC 6533 §3: \x{E4} stands for a character.
std::string without_utf8_escapes(std::string_view text) {
    if (text.find("\\x{") == std::string_view::npos) return std::string(text);
    std::string out;
    while (!text.empty()) {
        const auto close = text.starts_with("\\x{") ? text.substr(0, 12).find('}') : std::string_view::npos;
        if (close == std::string_view::npos) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        std::uint32_t value = 0;
        for (const char c : text.substr(3, close - 3)) {
            const char lower = ascii_lower(c);
            value = value * 16 +
                    static_cast<std::uint32_t>(is_ascii_digit(c) ? c - '0' : (lower - 'a' + 10) & 15);
        }
        append_utf8(out, value < 0x110000 && (value < 0xD800 || value > 0xDFFF) ? value : 0xFFFD);
        text.remove_prefix(close + 1);
    }
    return out;
}

// Punctuation that belongs to the sentence.
std::string_view without_sentence(std::string_view address) {
    while (!address.empty() &&
           std::string_view(".,;:!?'\"`*=-/").find(address.back()) != std::string_view::npos)
        address.remove_suffix(1);
    while (!address.empty() && std::string_view("'`*=-.,/{|").find(address.front()) != std::string_view::npos)
        address.remove_prefix(1);
    return address;
}

std::string canonical(std::string_view address) {
    if (auto canonical = canonical_address(address)) return *canonical;
    // A literal, a single label, an address that no server would take: still the one that was meant.
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == address.size() ||
        address.size() > longest_address)
        return {};
    return std::string(address.substr(0, at + 1)) + ascii_lower(address.substr(at + 1));
}

}  // namespace

std::vector<AddressInText> addresses_in(std::string_view line) {
    std::vector<AddressInText> found;
    std::size_t free_from = 0;  // what was read once belongs to no second address
    for (auto at = line.find('@'); at != std::string_view::npos && found.size() < most_addresses;
         at = line.find('@', at + 1)) {
        if (at < free_from) continue;
        std::size_t begin = at;
        if (at > free_from && line[at - 1] == '"') {  // a quoted local part
            const auto open = at >= 2 ? line.rfind('"', at - 2) : std::string_view::npos;
            if (open != std::string_view::npos && open >= free_from && at - open < 70) begin = open;
        } else {
            begin = begin_of_local_part(line, at, free_from);
        }
        std::size_t end = at + 1;
        if (end < line.size() && line[end] == '[') {
            const auto close = line.substr(end, 60).find(']');
            end = close == std::string_view::npos ? end : end + close + 1;
        } else {
            end = end_of_domain(line, end);
        }
        std::string_view text = line.substr(begin, end - begin);
        free_from = end;
        const std::string address =
            text.front() == '"' ? std::string(text) : canonical(without_sentence(text));
        if (address.empty() || address.front() == '@' || address.back() == '@') continue;
        if (has_control_characters(address) || !is_utf8(address)) continue;  // within quotation marks
        AddressInText each{address, begin, end, false};
        if (begin > 0 && line[begin - 1] == '<' && end < line.size() && line[end] == '>') {
            each.bracketed = true;
            --each.begin;
            ++each.end;
            free_from = each.end;
        }
        found.push_back(std::move(each));
    }
    return found;
}

std::string clean_address(std::string_view text) {
    text = trim(text.substr(0, 2 * longest_address));
    const auto semicolon = text.find(';');
    const bool utf8 = ascii_istarts_with(text, "utf-8");
    // "rfc822; a@b", "utf-8;…", "unknown; a@b": the type is one word.
    if (semicolon != std::string_view::npos && text.substr(0, semicolon).find('@') == std::string_view::npos)
        text = trim(text.substr(semicolon + 1));
    if (ascii_istarts_with(text, "mailto:")) text.remove_prefix(7);
    const std::string plain = utf8 ? without_utf8_escapes(text) : std::string(text);
    text = plain;
    // A route of RFC 821: @relay.example,@other.example:user@example.org
    if (const auto colon = text.find(':');
        (text.starts_with('@') || text.starts_with("<@")) && colon != std::string_view::npos)
        text = text.substr(colon + 1);
    const auto found = addresses_in(text);
    if (found.empty()) return {};
    // `Name <a@example.org>` and `a@b <a@example.org>`: the bracketed one.
    const auto bracketed = std::ranges::find_if(found, &AddressInText::bracketed);
    return bracketed == found.end() ? found.front().address : bracketed->address;
}

bool is_mail_system(std::string_view address) {
    constexpr std::array<std::string_view, 22> locals{"mailer-daemon",
                                                      "mailerdaemon",
                                                      "mail-daemon",
                                                      "maildaemon",
                                                      "postmaster",
                                                      "post_master",
                                                      "mail-master",
                                                      "mailsystem",
                                                      "mail-system",
                                                      "mailer_daemon",
                                                      "mdaemon",
                                                      "mmdf",
                                                      "maildeliverysystem",
                                                      "mailadmin",
                                                      "bounce",
                                                      "bounces",
                                                      "e500_smtp_mail_service",
                                                      "smtpd",
                                                      "mail_delivery",
                                                      "mail-delivery",
                                                      "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
                                                      "nondelivery"};
    const std::string local = ascii_lower(local_part_of(address));
    return std::ranges::find(locals, local) != locals.end() || local.starts_with("mailer-daemon") ||
           local.starts_with("postmaster") || local.starts_with("microsoftexchange329e71");
}

}  // namespace paperround::bounce

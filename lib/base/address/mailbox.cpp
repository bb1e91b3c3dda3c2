#include "base/address/mailbox.hpp"

#include <fmt/format.h>
#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/text.hpp"
#include "base/text/unseen.hpp"
#include "base/utf8.hpp"

namespace paperround {

namespace {

Failure<AddressError> refuse(std::string reason) {
    return failure(AddressError{std::move(reason)});
}

bool is_atext(char c) {
    constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~";
    return is_ascii_alpha(c) || is_ascii_digit(c) || specials.find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
}

Result<void, AddressError> check_local_part(std::string_view local) {
    if (local.empty()) return refuse("nothing before the @");
    if (local.size() > 64) return refuse("more than 64 octets before the @");
    if (local.front() == '"') return refuse("quoted local parts are not accepted");
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
        return refuse("a dot at an end or two dots together before the @");
    }
    for (const char c : local) {
        if (c != '.' && !is_atext(c)) {
            return refuse(is_ascii_space(c) || c < 0x20 ? std::string("white space or a control character")
                                                        : fmt::format("'{}' before the @", c));
        }
    }
    return {};
}

bool is_host_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label,
                               [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-'; });
}

Result<std::string, AddressError> canonical_domain(std::string_view text) {
    if (text.empty()) return refuse("nothing after the @");
    if (text.front() == '[') return refuse("address literals are not accepted");
    if (text.size() > 255) return refuse("a domain of more than 255 octets");
    if (text.back() == '.') return refuse("a dot at the end of the domain");
    std::string domain = ascii_lower(text);
    if (!is_ascii(domain)) {
        char* raw = nullptr;
        const int status = idn2_to_ascii_8z(domain.c_str(), &raw, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
        const std::unique_ptr<char, void (*)(void*)> owned(raw, idn2_free);
        if (status != IDN2_OK)
            return refuse(fmt::format("domain is not a valid name: {}", idn2_strerror(status)));
        domain = owned.get();
    }
    const auto labels = split(domain, '.');
    if (domain.size() > 253 || !std::ranges::all_of(labels, is_host_label)) {
        return refuse("domain is not a valid host name");
    }
    if (labels.size() < 2 && domain != "localhost") return refuse("domain has no dot");
    if (std::ranges::all_of(labels.back(), is_ascii_digit)) return refuse("domain ends in a number");
    return domain;
}

// A quoted-string (RFC 5322 §3.2.4) without its quotes.
Result<std::string, AddressError> unquoted(std::string_view phrase) {
    std::string out;
    std::size_t i = 1;
    for (; i < phrase.size() && phrase[i] != '"'; ++i) {
        if (phrase[i] == '\\' && i + 1 < phrase.size()) ++i;
        out.push_back(phrase[i]);
    }
    if (i + 1 != phrase.size()) return refuse("the quotes of the name do not match");
    return out;
}

Result<std::string, AddressError> display_name(std::string_view phrase) {
    if (phrase.starts_with('"')) return unquoted(phrase);
    const auto special = phrase.find_first_of("()<>[]:;@\\,\"");
    if (special == std::string_view::npos) return std::string(phrase);
    return refuse(fmt::format("a name that holds '{}' needs quotes around it", phrase[special]));
}

}  // namespace

Result<std::string, AddressError> canonical_address(std::string_view text) {
    text = trim_unseen(text);
    if (text.empty()) return refuse("empty");
    if (has_control_characters(text)) return refuse("white space or a control character");
    if (!is_utf8(text)) return refuse("not UTF-8");
    if (const auto unseen = first_unseen(text)) {
        return refuse(fmt::format("{} (U+{:04X}) in it: type it again",
                                  is_white_space(*unseen) ? "white space" : "an invisible character",
                                  static_cast<std::uint32_t>(*unseen)));
    }
    const auto at = text.rfind('@');
    if (at == std::string_view::npos) return refuse("no @");
    if (const auto local = check_local_part(text.substr(0, at)); !local) return failure(local.error());
    const auto domain = canonical_domain(text.substr(at + 1));
    if (!domain) return failure(domain.error());
    std::string address = fmt::format("{}@{}", text.substr(0, at), *domain);
    if (address.size() > 254) return refuse("more than 254 octets");
    return address;
}

Result<Mailbox, AddressError> parse_mailbox(std::string_view text) {
    text = trim_unseen(text);
    if (text.empty()) return refuse("empty");
    if (has_control_characters(text)) return refuse("white space or a control character");
    if (!is_utf8(text)) return refuse("not UTF-8");
    std::string name;
    if (text.back() == '>') {
        const auto open = text.rfind('<');
        if (open == std::string_view::npos) return refuse("'>' without '<'");
        auto given = display_name(trim_unseen(text.substr(0, open)));
        if (!given) return failure(given.error());
        name = std::move(*given);
        text = text.substr(open + 1, text.size() - open - 2);
    }
    auto address = canonical_address(text);
    if (!address) return failure(address.error());
    return Mailbox{std::move(name), std::move(*address)};
}

std::string address_key(std::string_view canonical) {
    return ascii_lower(canonical);
}

std::string_view domain_of(std::string_view address) {
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string_view local_part_of(std::string_view address) {
    return address.substr(0, address.rfind('@'));
}

}  // namespace paperround

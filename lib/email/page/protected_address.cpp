#include "email/page/protected_address.hpp"

#include <charconv>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_written = 1000;

// Hexadecimal octets, each but the first mixed with the first.
std::optional<std::string> address_written(std::string_view hex) {
    if (hex.size() < 4 || hex.size() % 2 != 0 || hex.size() > longest_written) return std::nullopt;
    std::string octets;
    for (std::size_t at = 0; at < hex.size(); at += 2) {
        unsigned octet = 0;
        const char* last = hex.data() + at + 2;
        if (std::from_chars(hex.data() + at, last, octet, 16).ptr != last) return std::nullopt;
        octets += static_cast<char>(octet);
    }
    for (std::size_t at = 1; at < octets.size(); ++at) octets[at] = static_cast<char>(octets[at] ^ octets[0]);
    octets.erase(0, 1);
    const bool plain = to_valid_utf8(octets) == octets && !has_control_characters(octets);
    return plain && octets.find('@') != std::string::npos ? std::optional(octets) : std::nullopt;
}

}  // namespace

std::optional<std::string> protected_address(const GumboNode& node) {
    const auto written = attribute_of(node, "data-cfemail");
    return written ? address_written(*written) : std::nullopt;
}

std::optional<std::string> protected_target(std::string_view href) {
    constexpr std::string_view mark = "/cdn-cgi/l/email-protection#";
    const auto at = href.find(mark);
    return at == std::string_view::npos ? std::nullopt : address_written(trim(href.substr(at + mark.size())));
}

}  // namespace paperround::email

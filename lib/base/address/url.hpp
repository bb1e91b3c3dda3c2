// URLs, as far as configuration, links and redirects need them (RFC 3986): their parts, and resolution
// against a base.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paperround {

struct Url {
    std::string scheme;      // lower case
    std::string host;        // lower case, without the brackets of an IPv6 address
    std::uint16_t port = 0;  // 0: not written
    std::string rest;        // path, query and fragment; may be empty

    [[nodiscard]] bool is_web() const { return scheme == "http" || scheme == "https"; }
};

// Parses an absolute URL with an authority. User information is refused: secrets belong in files.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);
// RFC 3986 §5.2. Returns `reference` unchanged if either argument is not usable.
[[nodiscard]] std::string resolve_url(std::string_view base, std::string_view reference);
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace paperround

#include "base/address/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace paperround {

namespace {

// The length of a leading `scheme:` without its colon; 0 if there is none.
std::size_t scheme_length(std::string_view text) {
    if (text.empty() || !is_ascii_alpha(text.front())) return 0;
    const auto end = std::ranges::find_if_not(text, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
    });
    return end != text.end() && *end == ':' ? static_cast<std::size_t>(end - text.begin()) : 0;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    unsigned port = 0;
    if (text.empty() || text.size() > 5) return std::nullopt;
    for (const char c : text) {
        if (!is_ascii_digit(c)) return std::nullopt;
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    if (port == 0 || port > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(port);
}

bool is_ipv6(const std::string& host) {
    in6_addr address{};
    return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// RFC 3986 §5.2.4.
std::string remove_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    const auto segments = split(path, '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        if (segments[i] == "..") {
            if (kept.size() > 1) kept.pop_back();
            if (last) kept.emplace_back();
        } else if (segments[i] == ".") {
            if (last) kept.emplace_back();
        } else {
            kept.push_back(segments[i]);
        }
    }
    std::string out;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (i > 0) out.push_back('/');
        out.append(kept[i]);
    }
    return out.empty() || out.front() != '/' ? "/" + out : out;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    const std::size_t scheme = scheme_length(text);
    if (scheme == 0 || has_control_characters(text) || text.find(' ') != std::string_view::npos)
        return std::nullopt;
    Url url;
    url.scheme = ascii_lower(text.substr(0, scheme));
    text.remove_prefix(scheme + 1);
    if (!text.starts_with("//")) return std::nullopt;
    text.remove_prefix(2);
    std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    url.rest = text.substr(authority.size());
    if (authority.find('@') != std::string_view::npos) return std::nullopt;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        url.host = ascii_lower(authority.substr(1, close - 1));
        if (!is_ipv6(url.host)) return std::nullopt;
        authority.remove_prefix(close + 1);
    } else {
        const auto colon = authority.find(':');
        url.host = ascii_lower(authority.substr(0, colon));
        if (url.host.find_first_of(R"("<>[]\^`{|}%)") != std::string::npos) return std::nullopt;
        authority.remove_prefix(std::min(colon, authority.size()));
    }
    if (!authority.empty()) {
        const auto port = authority.front() == ':' ? parse_port(authority.substr(1)) : std::nullopt;
        if (!port) return std::nullopt;
        url.port = *port;
    }
    if (url.host.empty() && url.scheme != "file") return std::nullopt;
    return url;
}

std::string resolve_url(std::string_view base, std::string_view reference) {
    reference = trim(reference);
    if (scheme_length(reference) > 0) return std::string(reference);
    const std::size_t scheme = scheme_length(base);
    if (scheme == 0 || !base.substr(scheme + 1).starts_with("//")) return std::string(reference);
    if (reference.starts_with("//")) return std::string(base.substr(0, scheme + 1)) + std::string(reference);
    base = base.substr(0, base.find('#'));
    if (reference.empty()) return std::string(base);
    if (reference.front() == '#') return std::string(base) + std::string(reference);
    const std::string_view before_query = base.substr(0, base.find('?'));
    if (reference.front() == '?') return std::string(before_query) + std::string(reference);
    const auto path_start = std::min(before_query.find('/', scheme + 3), before_query.size());
    const std::string_view root = before_query.substr(0, path_start);
    const auto tail = std::min(reference.find_first_of("?#"), reference.size());
    std::string path;
    if (reference.front() == '/') {
        path = reference.substr(0, tail);
    } else {
        const std::string_view base_path = before_query.substr(path_start);
        const auto slash = base_path.rfind('/');
        path = slash == std::string_view::npos ? "/" : std::string(base_path.substr(0, slash + 1));
        path += reference.substr(0, tail);
    }
    return std::string(root) + remove_dot_segments(path) + std::string(reference.substr(tail));
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "::1" || host.ends_with(".localhost")) return true;
    // 127.0.0.0/8 as an address only: anybody may own the name 127.example.org.
    in_addr address{};
    return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
           (ntohl(address.s_addr) >> 24U) == 127;
}

}  // namespace paperround

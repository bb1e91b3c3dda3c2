#include "web/client_address.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace paperround::web {

namespace {

constexpr std::size_t hops_limit = 4096;  // octets of all fields with one name

// The fields with that name as one list (RFC 9110 §5.3), shortened from the left.
std::string joined_fields(const HttpRequest& request, std::string_view wanted) {
    std::string joined;
    for (const auto& [name, value] : request.fields) {
        if (!ascii_iequals(name, wanted)) continue;
        if (!joined.empty()) joined += ',';
        joined += value;
    }
    if (joined.size() > hops_limit) joined.erase(0, joined.size() - hops_limit);
    return joined;
}

std::string_view without_quotes(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
    return text;
}

// 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1], [2001:db8::1]:4711 (RFC 7239 §6).
std::optional<IpAddress> read_node(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        return end == std::string_view::npos ? std::nullopt : parse_ip_address(text.substr(1, end - 1));
    }
    const auto colon = text.find(':');
    const bool port = colon != std::string_view::npos && text.rfind(':') == colon;
    return parse_ip_address(text.substr(0, port ? colon : std::string_view::npos));
}

// The `for` of an element of Forwarded; empty if it has none.
std::string_view for_of(std::string_view element) {
    for (const std::string_view pair : split(element, ';')) {
        const std::string_view trimmed = trim(pair);
        const auto equals = trimmed.find('=');
        if (equals != std::string_view::npos && ascii_iequals(trimmed.substr(0, equals), "for"))
            return without_quotes(trimmed.substr(equals + 1));
    }
    return {};
}

}  // namespace

std::optional<IpAddress> client_of(const HttpRequest& request,
                                   const std::vector<IpNetwork>& trusted_proxies) {
    const auto trusted = [&](const IpAddress& address) {
        return std::ranges::any_of(trusted_proxies,
                                   [&](const IpNetwork& each) { return each.contains(address); });
    };
    const auto beyond = [](std::optional<IpAddress> address) {
        return address && is_loopback(*address) ? std::nullopt : address;
    };
    auto nearest = parse_ip_address(request.peer);
    if (!nearest || !trusted(*nearest)) return beyond(nearest);
    std::string list = joined_fields(request, "X-Forwarded-For");
    const bool forwarded = list.empty();
    if (forwarded) list = joined_fields(request, "Forwarded");
    std::string_view rest = list;
    for (std::size_t hop = 0; hop < most_hops && !rest.empty(); ++hop) {
        const auto comma = rest.rfind(',');
        const std::string_view element =
            trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
        nearest = read_node(forwarded ? for_of(element) : element);
        if (!nearest || !trusted(*nearest)) return beyond(nearest);
    }
    return std::nullopt;
}

}  // namespace paperround::web

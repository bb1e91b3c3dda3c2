#include "email/page/web_address.hpp"

#include <algorithm>

#include "base/address/url.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::email {

std::string_view WebAddress::segment(std::size_t index) const {
    return index < path.size() ? std::string_view(path[index]) : std::string_view{};
}

bool WebAddress::begins(std::string_view segments) const {
    const auto wanted = split(segments, '/');
    return wanted.size() <= path.size() && std::equal(wanted.begin(), wanted.end(), path.begin());
}

std::string WebAddress::field(std::string_view name) const {
    for (std::string_view part : split(query, '&')) {
        if (part.starts_with("amp;")) part.remove_prefix(4);
        const auto sign = std::min(part.find('='), part.size());
        if (part.substr(0, sign) != name || sign == part.size()) continue;
        return decode_percent(part.substr(sign + 1), true).value_or("");
    }
    return {};
}

std::string WebAddress::path_from(std::size_t index) const {
    std::string joined;
    for (; index < path.size(); ++index) joined += (joined.empty() ? "" : "/") + path[index];
    return joined;
}

std::optional<WebAddress> read_web_address(std::string_view url) {
    const auto parsed = parse_url(url);
    if (!parsed || !parsed->is_web()) return std::nullopt;
    WebAddress address{.scheme = parsed->scheme, .host = parsed->host};
    address.origin = parsed->scheme + "://" + parsed->host;
    if (parsed->port != 0) address.origin += ":" + std::to_string(parsed->port);
    if (address.host.starts_with("www.")) address.host.erase(0, 4);
    std::string_view rest = parsed->rest;
    rest = rest.substr(0, rest.find('#'));
    const auto question = std::min(rest.find('?'), rest.size());
    if (question < rest.size()) address.query = rest.substr(question + 1);
    for (const std::string_view segment : split(rest.substr(0, question), '/')) {
        if (!segment.empty()) address.path.emplace_back(segment);
    }
    return address;
}

}  // namespace paperround::email

#include "websub/hub_discovery.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "feed/feed_assembly.hpp"
#include "net/link_header.hpp"

namespace paperround::websub {

namespace {

struct HubLinks {
    std::vector<std::string> hubs;
    std::string self;
};

HubLinks read_link_fields(std::span<const std::string> fields, std::string_view url) {
    HubLinks found;
    for (const std::string& field : fields) {
        for (const net::Link& link : net::parse_link_field(field)) {
            if (link.anchored) continue;
            const std::string target = feed::strict_web_url(link.target, BaseUrl(url));
            if (target.empty()) continue;
            if (link.has_relation("hub")) found.hubs.push_back(target);
            if (link.has_relation("self") && found.self.empty()) found.self = target;
        }
    }
    return found;
}

}  // namespace

HubAnnouncement announced_hub(std::span<const std::string> link_fields, const feed::FeedResult& feed,
                              std::string_view url) {
    HubLinks found = read_link_fields(link_fields, url);
    if (found.hubs.empty()) found.hubs = feed.hubs;
    if (found.self.empty()) found.self = feed.self;
    // A feed should name itself. Where it does not, its address is told to the hub, but not if it may hold a
    // secret.
    if (found.self.empty() && url.find('?') == std::string_view::npos)
        found.self = feed::strict_web_url(url.substr(0, url.find('#')), BaseUrl(url));
    const bool safe = ascii_istarts_with(url, "https:");
    const auto hub = std::ranges::find_if(
        found.hubs, [safe](const std::string& each) { return !safe || ascii_istarts_with(each, "https:"); });
    if (hub == found.hubs.end() || found.self.empty()) return {};
    return {.hub = std::move(*hub), .topic = std::move(found.self)};
}

}  // namespace paperround::websub

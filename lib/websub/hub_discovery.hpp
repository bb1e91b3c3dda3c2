// Which WebSub hub pushes a feed, and under which address (its topic): W3C WebSub §4. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "feed/feed_result.hpp"

namespace paperround::websub {

struct HubAnnouncement {
    std::string hub;     // http or https; empty: none
    std::string topic;   // the feed's own address, as the hub knows it
    bool local = false;  // the feed came from an address that is not public, so its hub may be there too
    bool operator==(const HubAnnouncement&) const = default;
};

// Link fields of the response (net/link_header.hpp) go before what the feed says itself; `url` is where it
// was read, and the topic where it names none. The first hub counts, and for a feed over https the first that
// is https too: a subscription's secret travels no less safely than the feed. `local` is the caller's to set.
[[nodiscard]] HubAnnouncement announced_hub(std::span<const std::string> link_fields,
                                            const feed::FeedResult& feed, std::string_view url);

}  // namespace paperround::websub

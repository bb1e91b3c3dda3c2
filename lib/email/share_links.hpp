// Links with which a reader passes a post on. Nothing is loaded from those services: they are plain links.
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

struct ShareLink {
    std::string label;  // empty: the templates' word for mail
    std::string url;
    bool operator==(const ShareLink&) const = default;
};

// In the order of `services` (names of config::share_services); none for a post that stands nowhere.
[[nodiscard]] std::vector<ShareLink> share_links(const std::vector<std::string>& services,
                                                 std::string_view url, std::string_view title);

}  // namespace paperround::email

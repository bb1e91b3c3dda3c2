#include "email/share_links.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "config/theme.hpp"

namespace paperround::email {

std::vector<ShareLink> share_links(const std::vector<std::string>& services, std::string_view url,
                                   std::string_view title) {
    std::vector<ShareLink> links;
    if (url.empty()) return links;
    for (const std::string& name : services) {
        const auto service = std::ranges::find(config::share_services, name, &config::ShareService::name);
        if (service == config::share_services.end()) continue;
        // Percent-encoded values hold no braces, so that neither can be taken for the other's place.
        const std::string titled = replace_all(service->pattern, "{title}", percent_encode(title));
        links.push_back({std::string(service->label), replace_all(titled, "{url}", percent_encode(url))});
    }
    return links;
}

}  // namespace paperround::email

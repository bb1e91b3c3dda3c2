#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/address/url.hpp"

namespace paperround::config {

namespace {
constexpr unsigned most_in_doubt = 1000;
}  // namespace

Tls Relay::effective_tls() const {
    if (tls) return *tls;
    return implicit_tls || !is_loopback(host) ? Tls::required : Tls::opportunistic;
}

bool Relay::is_local() const {
    return is_loopback(host) && proxy.empty();
}

std::string Newsletter::effective_list_id() const {
    return list_id.empty() ? fmt::format("{}.{}", name, domain_of(from.address)) : list_id;
}

std::vector<RelayShare> Newsletter::effective_relays() const {
    return relays.empty() ? std::vector<RelayShare>{{.relay = relay}} : relays;
}

std::vector<const Source*> Newsletter::all_sources() const {
    std::vector<const Source*> all;
    all.reserve(sources.size() + 1);
    for (const Source& source : sources) all.push_back(&source);
    if (welcome) all.push_back(&*welcome);
    return all;
}

unsigned Settings::effective_doubt_window() const {
    if (doubt_window > 0) return std::min(doubt_window, most_in_doubt);
    unsigned connections = 0;
    for (const Relay& relay : relays) connections += relay.connections;
    return std::clamp(10 * connections, 1U, most_in_doubt);
}

std::vector<Provider> Settings::effective_providers() const {
    std::vector<Provider> all = providers;
    for (Provider& known : known_providers()) {
        if (std::ranges::find(providers, known.name, &Provider::name) == providers.end())
            all.push_back(std::move(known));
    }
    return all;
}

const std::string& Settings::bounce_domain_of(const Newsletter& newsletter) const {
    return newsletter.bounce_domain.empty() ? bounces.domain : newsletter.bounce_domain;
}

const Newsletter* Settings::find_newsletter(std::string_view name) const {
    const auto found = std::ranges::find(newsletters, name, &Newsletter::name);
    return found == newsletters.end() ? nullptr : &*found;
}

const Relay* Settings::find_relay(std::string_view name) const {
    const auto found = std::ranges::find(relays, name, &Relay::name);
    return found == relays.end() ? nullptr : &*found;
}

}  // namespace paperround::config

#include "queue/limit/providers.hpp"

#include "base/address/registrable_domain.hpp"

namespace paperround::queue {

Providers::Providers(const std::vector<config::Provider>& providers) {
    for (const config::Provider& provider : providers) {
        for (const std::string& suffix : provider.mx) suffixes_.emplace(suffix, provider.name);
        for (const std::string& domain : provider.domains) own_.emplace(domain, provider.name);
    }
}

std::string Providers::provider_of(std::string_view domain) const {
    return known_provider_of(domain).value_or(std::string(domain));
}

std::optional<std::string> Providers::known_provider_of(std::string_view domain) const {
    if (const auto own = own_.find(domain); own != own_.end()) return own->second;
    const Lock lock(mutex_);
    const auto found = learned_.find(domain);
    if (found == learned_.end() || found->second.provider.empty()) return std::nullopt;
    return found->second.provider;
}

void Providers::learn(std::string_view domain, std::string_view mx, Time until) {
    Learned learned{mx.empty() ? std::string() : provider_of_mx(mx), until};
    const Lock lock(mutex_);
    set(domain, std::move(learned));
}

void Providers::postpone(std::string_view domain, Time until) {
    const Lock lock(mutex_);
    const auto found = learned_.find(domain);
    set(domain, {found == learned_.end() ? std::string() : found->second.provider, until});
}

void Providers::set(std::string_view domain, Learned learned) {
    if (const auto found = learned_.find(domain); found != learned_.end()) {
        found->second = std::move(learned);
        return;
    }
    if (learned_.size() >= most_learned) learned_.erase(learned_.begin());  // any: it is asked for again
    learned_.emplace(domain, std::move(learned));
}

bool Providers::is_fresh(std::string_view domain, Time now) const {
    if (own_.contains(domain)) return true;
    const Lock lock(mutex_);
    const auto found = learned_.find(domain);
    return found != learned_.end() && now < found->second.until;
}

bool Providers::is_learned(std::string_view domain) const {
    if (own_.contains(domain)) return true;
    const Lock lock(mutex_);
    return learned_.contains(domain);
}

// The longest suffix wins: a part of a provider's servers may have a name, and a limit, of its own.
std::string Providers::provider_of_mx(std::string_view host) const {
    for (std::string_view rest = host; !rest.empty();) {
        if (const auto found = suffixes_.find(rest); found != suffixes_.end()) return found->second;
        const auto dot = rest.find('.');
        rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    return registrable_domain(host);
}

}  // namespace paperround::queue

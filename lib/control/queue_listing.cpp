#include "control/queue_listing.hpp"

#include <algorithm>

#include "queue/store/limit_store.hpp"
#include "queue/store/provider_store.hpp"
#include "queue/store/relay_store.hpp"

namespace paperround::control {

namespace {

// What is stored of it, with what is configured now, as of now.
queue::Throttle throttle_of(const std::vector<queue::Throttle>& stored, queue::Scope scope,
                            const std::string& name, const config::Limit& limit, Time now) {
    queue::Throttle throttle{.scope = scope, .name = name};
    for (const queue::Throttle& one : stored) {
        if (one.scope == scope && one.name == name) throttle = one;
    }
    throttle.limit = limit;
    throttle.refresh(now);
    return throttle;
}

config::Limit limit_of_domain(const config::Settings& settings, const std::string& name) {
    const auto found = std::ranges::find(settings.domains, name, &config::DomainLimit::domain);
    return found == settings.domains.end() ? config::Limit{} : found->limit;
}

config::Limit limit_of_provider(const config::Settings& settings, const std::string& name) {
    const auto found = std::ranges::find(settings.providers, name, &config::Provider::name);
    return found == settings.providers.end() ? config::Limit{} : found->limit;
}

}  // namespace

std::vector<queue::QueueLine> QueueListing::by_mailing() {
    return queue::DeliveryLog(desk_.database()).waiting();
}

std::vector<queue::StateLine> QueueListing::by_state() {
    return queue::QueueOverview(desk_.database()).by_state();
}

std::vector<DestinationLine> QueueListing::by_domain(unsigned limit) {
    const auto stored = queue::LimitStore(desk_.database()).throttles();
    std::vector<DestinationLine> lines;
    for (queue::DomainLine& line : queue::QueueOverview(desk_.database()).by_domain(limit)) {
        auto throttle = throttle_of(stored, queue::Scope::domain, line.domain,
                                    limit_of_domain(desk_.settings(), line.domain), desk_.now());
        lines.push_back({std::move(line), std::move(throttle)});
    }
    return lines;
}

std::vector<DestinationLine> QueueListing::by_provider(unsigned limit) {
    const auto stored = queue::LimitStore(desk_.database()).throttles();
    queue::Providers providers(desk_.settings().effective_providers());
    queue::ProviderStore(desk_.database()).load(providers);
    const auto provider_of = [&providers](std::string_view domain) { return providers.provider_of(domain); };
    std::vector<DestinationLine> lines;
    for (queue::DomainLine& line : queue::QueueOverview(desk_.database()).by_provider(provider_of, limit)) {
        auto throttle = throttle_of(stored, queue::Scope::provider, line.domain,
                                    limit_of_provider(desk_.settings(), line.domain), desk_.now());
        lines.push_back({std::move(line), std::move(throttle)});
    }
    return lines;
}

std::vector<RelayLoad> QueueListing::by_relay() {
    queue::LimitStore limits(desk_.database());
    queue::RelayStore relays(desk_.database());
    const auto stored = limits.throttles();
    const auto waiting = queue::QueueOverview(desk_.database()).by_newsletter();
    std::vector<RelayLoad> loads;
    for (const config::Relay& relay : desk_.settings().relays) {
        RelayLoad load{.relay = relay.name,
                       .health = relays.relay_health(relay.name),
                       .throttle = throttle_of(stored, queue::Scope::relay, relay.name,
                                               {relay.rate, 0, relay.warm_up}, desk_.now())};
        for (const config::Newsletter& newsletter : desk_.settings().newsletters) {
            for (const config::RelayShare& share : newsletter.effective_relays()) {
                const auto found = waiting.find(newsletter.name);
                if (share.relay == relay.name && found != waiting.end()) load.waiting += found->second;
            }
        }
        loads.push_back(std::move(load));
    }
    return loads;
}

}  // namespace paperround::control

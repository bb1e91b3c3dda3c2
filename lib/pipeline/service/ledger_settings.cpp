#include "pipeline/service/ledger_settings.hpp"

#include <algorithm>

namespace paperround::pipeline {

namespace {

void add_limits(const config::Settings& settings, queue::LedgerSettings& ledger) {
    const auto add = [&ledger](queue::Scope scope, const std::string& name, const config::Limit& limit) {
        if (limit.any()) ledger.limits.push_back({scope, name, limit});
    };
    for (const config::Relay& relay : settings.relays) {
        // The relay's connections are its couriers, so they need no limit here.
        add(queue::Scope::relay, relay.name, {relay.rate, 0, relay.warm_up});
    }
    for (const config::Newsletter& newsletter : settings.newsletters) {
        add(queue::Scope::newsletter, newsletter.name,
            {newsletter.rate, newsletter.connections, std::nullopt});
    }
    for (const config::DomainLimit& domain : settings.domains) {
        add(queue::Scope::domain, domain.domain, domain.limit);
    }
    for (const config::Provider& provider : settings.providers) {
        add(queue::Scope::provider, provider.name, provider.limit);
    }
}

}  // namespace

queue::LedgerSettings ledger_settings(const config::Settings& settings,
                                      std::shared_ptr<const queue::Providers> providers,
                                      const std::vector<std::string>& inherited) {
    queue::LedgerSettings ledger{.retry = settings.retry,
                                 .on_doubt = settings.on_doubt,
                                 .doubt_window = settings.effective_doubt_window(),
                                 .lanes = {},
                                 .limits = {},
                                 .breaker = settings.breaker};
    for (const config::Relay& relay : settings.relays) {
        queue::LaneSettings lane{.relay = relay.name,
                                 .connections = relay.connections,
                                 .newsletters = {},
                                 .weights = {},
                                 .messages = relay.messages_per_connection};
        for (const config::Newsletter& newsletter : settings.newsletters) {
            for (const config::RelayShare& share : newsletter.effective_relays()) {
                if (share.relay != relay.name) continue;
                lane.newsletters.push_back(newsletter.name);
                if (share.weight != 1) lane.weights[newsletter.name] = share.weight;
            }
        }
        ledger.lanes.push_back(std::move(lane));
    }
    for (const std::string& relay : inherited) {
        if (std::ranges::find(ledger.lanes, relay, &queue::LaneSettings::relay) == ledger.lanes.end())
            ledger.lanes.push_back({relay, 0, {}, {}});
    }
    add_limits(settings, ledger);
    ledger.providers = std::move(providers);
    for (const config::Newsletter& newsletter : settings.newsletters) {
        if (newsletter.window) ledger.windows.emplace(newsletter.name, *newsletter.window);
    }
    return ledger;
}

}  // namespace paperround::pipeline

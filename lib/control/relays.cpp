#include "control/relays.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "queue/store/relay_store.hpp"

namespace paperround::control {

namespace {

std::string subject_of(const std::string& name) {
    return "relay " + name;
}

}  // namespace

std::string_view RelayView::state() const {
    if (orders.paused) return "paused";
    if (health.resting) return "resting";
    if (!health.up()) return "down";
    return lessons.pace.learned() ? "slowed" : "up";
}

std::optional<Time> RelayView::since() const {
    if (orders.paused) return orders.paused;
    if (health.down_since) return health.down_since;
    return lessons.pace.learned() ? std::optional(lessons.pace.since) : std::nullopt;
}

std::optional<double> RelayView::per_second() const {
    std::optional<double> rate;
    if (relay->rate) rate = relay->rate->per_second();
    if (lessons.pace.learned()) rate = std::min(lessons.pace.limit, rate.value_or(lessons.pace.limit));
    return rate;
}

std::string RelayView::last_trouble() const {
    if (!health.reason.empty()) return health.reason;
    std::string words;
    Time latest{};
    const auto consider = [&](bool learned, Time at, const std::string& what) {
        if (!learned || at < latest) return;
        latest = at;
        words = what;
    };
    consider(lessons.messages.learned(), lessons.messages.since, lessons.messages.words);
    consider(lessons.connections.learned(), lessons.connections.since, lessons.connections.words);
    consider(lessons.pace.learned(), lessons.pace.complained, lessons.pace.words);
    return words;
}

Answer<const config::Relay*> Relays::find(const std::string& name) const {
    const auto& relays = desk_.settings().relays;
    const auto found = std::ranges::find(relays, name, &config::Relay::name);
    if (found != relays.end()) return &*found;
    std::vector<std::string> names;
    names.reserve(relays.size());
    for (const config::Relay& relay : relays) names.push_back(relay.name);
    return refuse(Refusal::Code::unknown,
                  fmt::format("no relay \"{}\"; there is {}", name, fmt::join(names, ", ")));
}

RelayView Relays::view_of(const config::Relay& relay) {
    queue::RelayStore relays(desk_.database());
    return {&relay, relays.relay_health(relay.name), relays.relay_lessons(relay.name),
            relays.relay_orders(relay.name)};
}

std::vector<RelayView> Relays::list() {
    std::vector<RelayView> views;
    for (const config::Relay& relay : desk_.settings().relays) views.push_back(view_of(relay));
    return views;
}

Answer<RelayView> Relays::show(const std::string& name) {
    const auto relay = find(name);
    if (!relay) return failure(relay.error());
    return view_of(**relay);
}

Answer<RelayPaused> Relays::pause(const std::string& name) {
    if (const auto relay = find(name); !relay) return failure(relay.error());
    queue::RelayStore relays(desk_.database());
    db::Transaction transaction(desk_.database());
    auto orders = relays.relay_orders(name);
    const RelayPaused before{orders.paused};
    if (!before.already) {
        orders.paused = desk_.now();
        relays.save_relay_orders(name, orders);
    }
    desk_.record("relays pause", subject_of(name), before.already ? "was paused already" : "paused");
    transaction.commit();
    return before;
}

// What a daemon does that notices it is done here too, for when none runs.
Answer<RelayResumed> Relays::resume(const std::string& name) {
    if (const auto relay = find(name); !relay) return failure(relay.error());
    queue::RelayStore relays(desk_.database());
    db::Transaction transaction(desk_.database());
    auto orders = relays.relay_orders(name);
    auto health = relays.relay_health(name);
    const RelayResumed resumed{!health.up()};
    health.try_now();
    orders.paused.reset();
    ++orders.resumed;
    relays.save_relay_health(name, health);
    relays.save_relay_orders(name, orders);
    desk_.record("relays resume", subject_of(name), "resumed");
    transaction.commit();
    return resumed;
}

Answer<void> Relays::forget(const std::string& name) {
    if (const auto relay = find(name); !relay) return failure(relay.error());
    queue::RelayStore relays(desk_.database());
    db::Transaction transaction(desk_.database());
    auto orders = relays.relay_orders(name);
    ++orders.forgotten;
    relays.save_relay_orders(name, orders);
    relays.save_relay_lessons(name, {});
    desk_.record("relays forget", subject_of(name), "forgotten");
    transaction.commit();
    return {};
}

}  // namespace paperround::control

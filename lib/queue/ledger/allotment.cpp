#include "queue/ledger/allotment.hpp"

#include <algorithm>
#include <tuple>

#include "base/address/mailbox.hpp"
#include "queue/store/limit_store.hpp"

namespace paperround::queue {

namespace {

// Of rows that are moved back in one commit.
constexpr int shelf_chunk = 500;

bool before(const Throttle& a, const Throttle& b) {
    return std::tie(a.scope, a.name) < std::tie(b.scope, b.name);
}

// Its row is its shelf: it stays until the shelf is empty.
bool has_shelf(Scope scope) {
    return scope == Scope::domain || scope == Scope::provider;
}

// Nothing of it has reached a server, so nothing of a limit is used up.
bool was_tried(OutcomeKind kind) {
    return kind != OutcomeKind::relay_trouble && kind != OutcomeKind::session_broken &&
           kind != OutcomeKind::withdrawn;
}

}  // namespace

Allotment::Allotment(LimitStore& store, const std::vector<LimitSettings>& settings,
                     const std::vector<Carriers>& carriers, std::vector<std::string> relays,
                     const SendWindows& windows, std::shared_ptr<const Providers> providers)
    : providers_(std::move(providers)), relays_(std::move(relays)), throttles_(store.throttles()) {
    for (const LimitSettings& setting : settings) {
        Throttle* known = find(setting.scope, setting.name);
        if (known == nullptr) {
            throttles_.push_back({.scope = setting.scope, .name = setting.name});
            store.save_throttle(throttles_.back());
            known = &throttles_.back();
        }
        known->limit = setting.limit;
        std::ranges::sort(throttles_, before);
    }
    // What has no shelf goes with its limit.
    std::erase_if(throttles_, [&store](const Throttle& throttle) {
        const bool goes = !has_shelf(throttle.scope) && !throttle.limits_anything();
        if (goes) store.remove_throttle(throttle.id);
        return goes;
    });
    for (const auto& [newsletter, window] : windows) windows_[newsletter].window = window;
    kept_ = throttles_;
    for (const Carriers& one : carriers) shares_.emplace(one.newsletter, RelayShares(one.relays));
}

void Allotment::begin(Time now) {
    throttles_ = kept_;
    restored_.clear();
    look_at_windows(now);
    for (Throttle& throttle : throttles_) {
        if (throttle.refresh(now)) restored_.push_back(throttle.name);
    }
}

void Allotment::keep() {
    kept_ = throttles_;
    closing_.clear();
}

// The time zone's arithmetic is done once for each opening, not for each commit.
void Allotment::look_at_windows(Time now) {
    for (auto& [newsletter, known] : windows_) {
        if (known.looked_at <= now && now < known.opening.end) continue;
        known.opening = config::next_opening(known.window, now);
        known.looked_at = now;
        if (!known.open(now)) closing_.insert(newsletter);
    }
}

bool Allotment::open(std::string_view newsletter, Time now) const {
    const auto found = windows_.find(newsletter);
    return found == windows_.end() || found->second.open(now);
}

bool Allotment::closes(std::string_view newsletter) const {
    return closing_.contains(newsletter);
}

void Allotment::save(LimitStore& store) {
    for (Throttle& throttle : throttles_) {
        if (throttle.changed) store.save_throttle(throttle);
        throttle.changed = false;
    }
}

const Throttle* Allotment::find(Scope scope, std::string_view name) const {
    const auto less = [](const Throttle& a, const std::pair<Scope, std::string_view>& b) {
        return std::pair<Scope, std::string_view>(a.scope, a.name) < b;
    };
    const auto wanted = std::pair(scope, name);
    const auto found = std::lower_bound(throttles_.begin(), throttles_.end(), wanted, less);
    return found != throttles_.end() && found->scope == scope && found->name == name ? &*found : nullptr;
}

Throttle* Allotment::find(Scope scope, std::string_view name) {
    return const_cast<Throttle*>(std::as_const(*this).find(scope, name));
}

// Of a scope that has few.
Throttle* Allotment::find(Scope scope, std::int64_t id) {
    for (auto at = std::ranges::lower_bound(throttles_, scope, {}, &Throttle::scope);
         at != throttles_.end() && at->scope == scope; ++at) {
        if (at->id == id) return &*at;
    }
    return nullptr;
}

template <class Action>
void Allotment::each_of(std::size_t lane, const Delivery& delivery, Action&& action) {
    if (throttles_.empty()) return;
    if (Throttle* relay = find(Scope::relay, relays_[lane])) action(*relay);
    if (Throttle* newsletter = find(Scope::newsletter, delivery.newsletter)) action(*newsletter);
    if (delivery.provider != 0) {
        if (Throttle* provider = find(Scope::provider, delivery.provider)) action(*provider);
    }
    if (delivery.shelf == 0 || delivery.shelf == delivery.provider) return;
    if (Throttle* domain = find(Scope::domain, domain_of(delivery.recipient))) action(*domain);
}

void Allotment::claimed(std::size_t lane, const Delivery& delivery) {
    each_of(lane, delivery, [](Throttle& throttle) { throttle.claim(); });
    const auto shares = shares_.find(delivery.newsletter);
    if (shares != shares_.end()) shares->second.taken(lane, 1);
}

void Allotment::ended(std::size_t lane, const Delivery& delivery, OutcomeKind kind) {
    each_of(lane, delivery, [kind](Throttle& throttle) { throttle.end(was_tried(kind)); });
}

void Allotment::released(std::size_t lane, const Delivery& delivery) {
    each_of(lane, delivery, [](Throttle& throttle) { throttle.end(false); });
}

std::vector<Allotment::Slowed> Allotment::slowed(LimitStore& store, const Delivery& delivery, Time now) {
    const std::string domain(domain_of(delivery.recipient));
    std::vector<Slowed> changed;
    const auto slow_one = [&](Scope scope, const std::string& name) {
        if (const auto limit = slow(store, scope, name, now)) changed.push_back({name, *limit});
    };
    const auto provider = providers_->known_provider_of(domain);
    if (provider) slow_one(Scope::provider, *provider);
    const Throttle* own = find(Scope::domain, domain);
    if (!provider || (own != nullptr && own->limits_anything())) slow_one(Scope::domain, domain);
    return changed;
}

std::optional<double> Allotment::slow(LimitStore& store, Scope scope, std::string_view name, Time now) {
    Throttle* throttle = find(scope, name);
    if (throttle != nullptr && throttle->slow) {
        if (!throttle->slow->complaint(now)) return std::nullopt;
    } else {
        const auto configured = throttle != nullptr ? throttle->rate() : std::nullopt;
        const auto counts = [&](std::string_view domain) { return belongs_to(scope, name, domain); };
        const double observed = configured ? 0.0 : store.recent_rate(counts, now);
        if (throttle == nullptr) {
            throttles_.push_back({.scope = scope, .name = std::string(name)});
            store.save_throttle(throttles_.back());
            std::ranges::sort(throttles_, before);
            throttle = find(scope, name);
        }
        throttle->slow = SlowDown::begin(configured, observed, now);
        throttle->bucket = {.tokens = 0.0, .refilled = now};
    }
    throttle->changed = true;
    return throttle->slow->limit;
}

void Allotment::take_back_complaints(const std::vector<std::string>& providers, Time since) {
    for (Throttle& throttle : throttles_) {
        if (!has_shelf(throttle.scope) || !throttle.slow || throttle.slow->changed < since) continue;
        const std::string provider =
            throttle.scope == Scope::domain ? providers_->provider_of(throttle.name) : throttle.name;
        if (std::ranges::find(providers, provider) == providers.end()) continue;
        throttle.changed = true;
        if (throttle.slow->take_back()) continue;
        throttle.slow.reset();
        restored_.push_back(throttle.name);
    }
}

bool Allotment::belongs_to(Scope scope, std::string_view name, std::string_view domain) const {
    return scope == Scope::domain ? domain == name : providers_->known_provider_of(domain) == name;
}

void Allotment::set_pace(LimitStore& store, std::size_t lane, const RelayPace& pace, Time now) {
    Throttle* relay = find(Scope::relay, relays_[lane]);
    if (relay == nullptr) {
        if (!pace.learned()) return;
        throttles_.push_back(
            {.scope = Scope::relay, .name = relays_[lane], .bucket = {.tokens = 1.0, .refilled = now}});
        store.save_throttle(throttles_.back());
        std::ranges::sort(throttles_, before);
        relay = find(Scope::relay, relays_[lane]);
    }
    relay->learned = pace.limit;
    relay->one_by_one = pace.probing();
    const Duration closed = pace.closed_for(now);
    if (closed > Duration(0)) relay->bucket.close_for(closed, relay->pace().value_or(1.0));
    relay->changed = true;
}

std::optional<double> Allotment::pace(std::size_t lane) const {
    const Throttle* relay = find(Scope::relay, relays_[lane]);
    return relay == nullptr ? std::nullopt : relay->pace();
}

std::optional<Duration> Allotment::until_room() const {
    std::optional<Duration> soonest;
    for (const Throttle& throttle : throttles_) {
        const auto wait = throttle.until_room();
        if (wait && (!soonest || *wait < *soonest)) soonest = wait;
    }
    return soonest;
}

void Allotment::observe(std::size_t lane, bool up, bool has_room, Time now) {
    const Throttle* relay = find(Scope::relay, relays_[lane]);
    const bool usable = up && (relay == nullptr || !relay->closed_today(now));
    const bool at_rate = relay != nullptr && relay->until_room().has_value();
    for (auto& [newsletter, shares] : shares_) {
        shares.observe(lane, usable, usable && has_room && room(lane, now) > 0, now, at_rate);
    }
}

std::size_t Allotment::room(std::size_t lane, Time now) const {
    const Throttle* relay = find(Scope::relay, relays_[lane]);
    return relay == nullptr ? Throttle::no_limit : relay->room(now);
}

Allowance Allotment::allowance(std::size_t lane, bool probe, Time now) const {
    Allowance allowance;
    for (const auto& [name, shares] : shares_) {
        if (!shares.carries(lane)) continue;
        const Throttle* newsletter = find(Scope::newsletter, name);
        const std::size_t own = newsletter == nullptr ? Throttle::no_limit : newsletter->room(now);
        const std::size_t room = std::min(own, probe ? 1 : shares.room(lane));
        if (room > 0) allowance.newsletters.push_back({name, room, open(name, now)});
    }
    add_shelves(allowance, [now](const Throttle& throttle) { return throttle.room(now); });
    if (std::ranges::any_of(throttles_, has_shelf, &Throttle::scope)) {
        allowance.shelf_of = [this](std::string_view domain, std::int64_t present) {
            return shelf_of(domain, present);
        };
    }
    return allowance;
}

// Those of which `room` leaves something.
template <class Room>
void Allotment::add_shelves(Allowance& allowance, Room&& room) const {
    std::vector<std::pair<std::string_view, std::size_t>> indices;  // of limited providers, by name
    for (auto at = std::ranges::lower_bound(throttles_, Scope::provider, {}, &Throttle::scope);
         at != throttles_.end() && at->scope == Scope::provider; ++at) {
        indices.emplace_back(at->name, allowance.providers.size());
        allowance.providers.push_back({at->id, room(*at)});
        if (allowance.providers.back().room > 0)
            allowance.shelves.push_back({.id = at->id, .provider = indices.back().second});
    }
    for (const Throttle& throttle : throttles_) {
        if (throttle.scope != Scope::domain) continue;
        Allowance::Shelf shelf{.id = throttle.id, .room = room(throttle)};
        if (!indices.empty()) {
            const std::string provider = providers_->known_provider_of(throttle.name).value_or("");
            const auto found = std::ranges::lower_bound(indices, provider, {},
                                                        &std::pair<std::string_view, std::size_t>::first);
            if (found != indices.end() && found->first == provider) shelf.provider = found->second;
        }
        if (allowance.room(shelf) > 0) allowance.shelves.push_back(shelf);
    }
}

// What stands on a shelf that limits nothing any more may be taken from there.
std::int64_t Allotment::shelf_of(std::string_view domain, std::int64_t present) const {
    const auto holds = [present](const Throttle* throttle) {
        return throttle != nullptr && (throttle->limits_anything() || throttle->id == present);
    };
    if (const Throttle* own = find(Scope::domain, domain); holds(own)) return own->id;
    if (throttles_.back().scope != Scope::provider) return 0;
    if (const auto name = providers_->known_provider_of(domain)) {
        const Throttle* provider = find(Scope::provider, *name);
        return holds(provider) ? provider->id : 0;
    }
    // What its provider is has been forgotten: it is as it was.
    if (present != 0 && !providers_->is_learned(domain)) return present;
    return 0;
}

bool Allotment::another_carries(std::size_t lane, std::string_view newsletter) const {
    const auto shares = shares_.find(newsletter);
    return shares != shares_.end() && shares->second.another_usable(lane);
}

Allowance Allotment::within_today(std::size_t lane, Time now) const {
    Allowance allowance;
    const Throttle* relay = find(Scope::relay, relays_[lane]);
    if (relay != nullptr && relay->closed_today(now)) return allowance;
    for (const auto& [name, shares] : shares_) {
        if (shares.carries(lane))
            allowance.newsletters.push_back({name, Throttle::no_limit, open(name, now)});
    }
    add_shelves(allowance, [now](const Throttle& throttle) {
        return throttle.closed_today(now) ? 0 : Throttle::no_limit;
    });
    return allowance;
}

bool Allotment::clear_shelves(LimitStore& store) {
    for (std::size_t i = 0; i < throttles_.size(); ++i) {
        const Throttle& throttle = throttles_[i];
        if (!has_shelf(throttle.scope) || throttle.limits_anything() || throttle.in_flight > 0) continue;
        if (store.clear_shelf(throttle.id, shelf_chunk) > 0) return true;
        store.remove_throttle(throttle.id);
        throttles_.erase(throttles_.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
    }
    return false;
}

}  // namespace paperround::queue

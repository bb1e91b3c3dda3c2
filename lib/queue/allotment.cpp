#include "queue/allotment.hpp"

#include <algorithm>
#include <tuple>

#include "base/mailbox.hpp"
#include "queue/queue_store.hpp"

namespace paperround::queue {

namespace {

// Of rows that are moved back in one commit.
constexpr int shelf_chunk = 500;

bool before(const Throttle& a, const Throttle& b) {
    return std::tie(a.scope, a.name) < std::tie(b.scope, b.name);
}

// Nothing of it has reached a server, so nothing of a limit is used up.
bool was_tried(OutcomeKind kind) {
    return kind != OutcomeKind::relay_trouble && kind != OutcomeKind::withdrawn;
}

}  // namespace

Allotment::Allotment(QueueStore& store, const std::vector<LimitSettings>& settings,
                     const std::vector<Carriers>& carriers, std::vector<std::string> relays,
                     const SendWindows& windows)
    : relays_(std::move(relays)), throttles_(store.throttles()) {
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
    // A domain's row is its shelf: it goes when the shelf is empty. The others go with their limit.
    std::erase_if(throttles_, [&store](const Throttle& throttle) {
        const bool goes = throttle.scope != Scope::domain && !throttle.limits_anything();
        if (goes) store.remove_throttle(throttle.id);
        return goes;
    });
    for (const auto& [newsletter, window] : windows) windows_[newsletter].window = window;
    kept_ = throttles_;
    for (const Carriers& one : carriers) {
        shares_.emplace(one.newsletter, RelayShares(one.relays));
        for (const RelayShares::Relay& relay : one.relays) lanes_[one.newsletter].push_back(relay.lane);
    }
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

void Allotment::save(QueueStore& store) {
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

template <class Action>
void Allotment::each_of(std::size_t lane, const Delivery& delivery, Action&& action) {
    if (throttles_.empty()) return;
    if (Throttle* relay = find(Scope::relay, relays_[lane])) action(*relay);
    if (Throttle* newsletter = find(Scope::newsletter, delivery.newsletter)) action(*newsletter);
    if (delivery.shelf == 0) return;
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

std::optional<double> Allotment::slowed(QueueStore& store, const Delivery& delivery, Time now) {
    const std::string_view name = domain_of(delivery.recipient);
    Throttle* domain = find(Scope::domain, name);
    if (domain != nullptr && domain->slow) {
        if (!domain->slow->complaint(now)) return std::nullopt;
    } else {
        const auto configured = domain != nullptr ? domain->rate() : std::nullopt;
        const double observed = configured ? 0.0 : store.recent_rate(name, now);
        if (domain == nullptr) {
            throttles_.push_back({.scope = Scope::domain, .name = std::string(name)});
            store.save_throttle(throttles_.back());
            std::ranges::sort(throttles_, before);
            domain = find(Scope::domain, name);
        }
        domain->slow = SlowDown::begin(configured, observed, now);
        domain->bucket = {.tokens = 0.0, .refilled = now};
    }
    domain->changed = true;
    return domain->slow->limit;
}

void Allotment::observe(std::size_t lane, bool up, bool has_room, Time now) {
    const Throttle* relay = find(Scope::relay, relays_[lane]);
    const bool usable = up && (relay == nullptr || !relay->closed_today(now));
    for (auto& [newsletter, shares] : shares_) {
        shares.observe(lane, usable, usable && has_room && room(lane, now) > 0, now);
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
    bool any = false;
    for (const Throttle& throttle : throttles_) {
        if (throttle.scope != Scope::domain) continue;
        any = true;
        if (const std::size_t room = throttle.room(now); room > 0)
            allowance.shelves.push_back({throttle.id, room});
    }
    if (any) {
        allowance.shelf_of = [this](std::string_view domain) {
            const Throttle* throttle = find(Scope::domain, domain);
            return throttle != nullptr && throttle->limits_anything() ? throttle->id : 0;
        };
    }
    return allowance;
}

bool Allotment::another_carries(std::size_t lane, std::string_view newsletter) const {
    const auto shares = shares_.find(newsletter);
    return shares != shares_.end() && shares->second.another_usable(lane);
}

const std::vector<std::size_t>& Allotment::lanes_of(std::string_view newsletter) const {
    static const std::vector<std::size_t> none;
    const auto found = lanes_.find(newsletter);
    return found == lanes_.end() ? none : found->second;
}

Allowance Allotment::within_today(std::size_t lane, Time now) const {
    Allowance allowance;
    const Throttle* relay = find(Scope::relay, relays_[lane]);
    if (relay != nullptr && relay->closed_today(now)) return allowance;
    for (const auto& [name, shares] : shares_) {
        if (shares.carries(lane))
            allowance.newsletters.push_back({name, Throttle::no_limit, open(name, now)});
    }
    for (const Throttle& throttle : throttles_) {
        if (throttle.scope == Scope::domain && !throttle.closed_today(now))
            allowance.shelves.push_back({throttle.id});
    }
    return allowance;
}

bool Allotment::clear_shelves(QueueStore& store) {
    for (std::size_t i = 0; i < throttles_.size(); ++i) {
        const Throttle& throttle = throttles_[i];
        if (throttle.scope != Scope::domain || throttle.limits_anything() || throttle.in_flight > 0) continue;
        if (store.clear_shelf(throttle.id, shelf_chunk) > 0) return true;
        store.remove_throttle(throttle.id);
        throttles_.erase(throttles_.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
    }
    return false;
}

}  // namespace paperround::queue

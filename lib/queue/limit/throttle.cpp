#include "queue/limit/throttle.hpp"

#include <algorithm>

namespace paperround::queue {

namespace {
using namespace std::chrono_literals;
constexpr Duration closer_at_a_relay = 75ms;
constexpr Duration closer = 35ms;
}  // namespace

std::optional<double> Throttle::rate() const {
    if (slow) return slow->limit;
    if (!limit.rate) return learned > 0.0 ? std::optional(learned) : std::nullopt;
    const double configured = limit.rate->per_second();
    return learned > 0.0 ? std::min(learned, configured) : configured;
}

std::optional<double> Throttle::pace() const {
    const auto in_force = rate();
    if (!in_force || slow || !limit.rate) return in_force;
    const Duration longer = scope == Scope::relay ? closer_at_a_relay : closer;
    return std::min(*in_force, Rate{limit.rate->count, limit.rate->per + longer}.per_second());
}

std::optional<Duration> Throttle::until_room() const {
    const auto per_second = pace();
    if (!per_second || bucket.available() > 0) return std::nullopt;
    return bucket.until_token(*per_second);
}

bool Throttle::refresh(Time now) {
    bool restored = false;
    if (slow) {
        const double before = slow->limit;
        restored = !slow->restore(now);
        if (restored) slow.reset();
        changed = changed || !slow || slow->limit != before;
    }
    if (const auto per_second = pace()) bucket.refill(*per_second, now);
    if (const auto today = std::chrono::floor<std::chrono::days>(now); limit.warm_up && day < today) {
        day = today;
        used = 0;
        changed = true;
    }
    return restored;
}

std::size_t Throttle::room(Time now) const {
    std::size_t room = rate() ? bucket.available() : no_limit;
    if (one_by_one) room = std::min<std::size_t>(room, in_flight == 0 ? 1 : 0);
    if (limit.connections > 0) {
        room = std::min<std::size_t>(room,
                                     limit.connections - std::min<std::size_t>(limit.connections, in_flight));
    }
    const auto ceiling = limit.warm_up ? limit.warm_up->ceiling(now) : std::nullopt;
    if (ceiling) room = std::min<std::size_t>(room, *ceiling - std::min(*ceiling, used));
    return room;
}

bool Throttle::closed_today(Time now) const {
    const auto ceiling = limit.warm_up ? limit.warm_up->ceiling(now) : std::nullopt;
    return ceiling && used >= *ceiling;
}

void Throttle::claim() {
    ++in_flight;
    if (rate()) bucket.take(1);
    if (limit.warm_up) ++used;
    changed = true;
}

void Throttle::end(bool tried) {
    in_flight -= std::min<std::size_t>(in_flight, 1);
    if (tried) return;
    // While it is closed nothing comes back: what is returned then was claimed at a higher rate.
    if (rate() && !one_by_one) bucket.give_back();
    used -= std::min<std::uint64_t>(used, 1);
    changed = true;
}

}  // namespace paperround::queue

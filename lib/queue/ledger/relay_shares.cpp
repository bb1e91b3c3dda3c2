#include "queue/ledger/relay_shares.hpp"

#include <algorithm>
#include <limits>

namespace paperround::queue {

namespace {
using namespace std::chrono_literals;
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
// A lane that has been full for longer than this lags behind its share and is not waited for.
constexpr auto moment = 1s;
}  // namespace

RelayShares::RelayShares(const std::vector<Relay>& relays) {
    for (const Relay& relay : relays) shares_.push_back({.relay = relay});
}

const RelayShares::Share* RelayShares::find(std::size_t lane) const {
    const auto found = std::ranges::find_if(shares_, [lane](const Share& s) { return s.relay.lane == lane; });
    return found == shares_.end() ? nullptr : &*found;
}

bool RelayShares::carries(std::size_t lane) const {
    return find(lane) != nullptr;
}

void RelayShares::observe(std::size_t lane, bool usable, bool has_room, Time now, bool at_rate) {
    for (Share& share : shares_) {
        if (share.relay.lane != lane) continue;
        share.usable = usable;
        if (has_room) share.had_room = now;
        share.competes = usable && !at_rate && now - share.had_room <= moment;
    }
    // Whoever could not take its share is not owed all of it for ever.
    double furthest = 0.0;
    for (const Share& share : shares_) furthest = std::max(furthest, share.served);
    for (Share& share : shares_) share.served = std::max(share.served, furthest - slack);
}

std::size_t RelayShares::room(std::size_t lane) const {
    const Share* own = find(lane);
    if (own == nullptr || !own->usable) return 0;
    if (shares_.size() == 1) return no_limit;
    double least = std::numeric_limits<double>::infinity();
    for (const Share& other : shares_) {
        if (&other == own || !other.usable || other.relay.weight == 0) continue;
        if (own->relay.weight == 0) return 0;
        if (other.competes) least = std::min(least, other.served);
    }
    if (own->relay.weight == 0 || least == std::numeric_limits<double>::infinity()) return no_limit;
    const double ahead = (least + slack - own->served) * own->relay.weight;
    return ahead < 1.0 ? 0 : static_cast<std::size_t>(ahead);
}

void RelayShares::taken(std::size_t lane, std::size_t count) {
    for (Share& share : shares_) {
        if (share.relay.lane == lane && share.relay.weight > 0) {
            share.served += static_cast<double>(count) / share.relay.weight;
        }
    }
}

bool RelayShares::another_usable(std::size_t lane) const {
    return std::ranges::any_of(
        shares_, [lane](const Share& share) { return share.relay.lane != lane && share.usable; });
}

}  // namespace paperround::queue

#include "public/client_limits.hpp"

namespace paperround::pages {

namespace {

using namespace std::chrono_literals;

// The address; of IPv6 its first 64 bits.
std::string household_of(IpAddress address) {
    if (address.v6) std::fill(address.octets.begin() + 8, address.octets.end(), std::uint8_t{0});
    return to_text(address);
}

}  // namespace

bool ClientLimits::admit(const std::optional<IpAddress>& client, Time now) {
    const Lock lock(mutex_);
    // A clock that was set back begins an hour, too.
    if (!hour_ || now - *hour_ >= 1h || now < *hour_) {
        hour_ = now;
        counts_.clear();
    }
    if (!client) return count("", unknown_clients);
    return count(household_of(*client), per_address) &&
           count(to_text(neighbourhood_of(*client)), per_network);
}

bool ClientLimits::count(const std::string& who, unsigned most) {
    if (!counts_.contains(who) && counts_.size() >= most_remembered) return false;
    unsigned& counted = counts_[who];
    if (counted >= most) return false;
    ++counted;
    return true;
}

}  // namespace paperround::pages

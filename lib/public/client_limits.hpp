// How often one client may ask to join: within an hour 10 times from an address, 60 times from a network
// (/24 or /48), and 1 000 times from clients that are not known. Counted from the first request of each hour on,
// in memory: a restart forgets. Of IPv6 an address is a /64, which is what one household has. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/address/ip_network.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace paperround::pages {

class ClientLimits {
  public:
    static constexpr unsigned per_address = 10;
    static constexpr unsigned per_network = 60;
    static constexpr unsigned unknown_clients = 1000;
    // That are remembered; beyond them nobody new may ask until the hour is over.
    static constexpr std::size_t most_remembered = 50'000;

    // Counts the request. False if it is one too many.
    [[nodiscard]] bool admit(const std::optional<IpAddress>& client, Time now);

  private:
    [[nodiscard]] bool count(const std::string& who, unsigned most) REQUIRES(mutex_);

    Mutex mutex_;
    std::optional<Time> hour_ GUARDED_BY(mutex_);  // began then
    std::map<std::string, unsigned> counts_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pages

// What waits in the queue, from every side that a person may ask for: by mailing and state, by domain, provider,
// relay, or state. Reads only. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/desk.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/admin/queue_overview.hpp"
#include "queue/limit/throttle.hpp"
#include "queue/relay/relay_health.hpp"

namespace paperround::control {

// A domain or provider with its limits as they stand now.
struct DestinationLine {
    queue::DomainLine line;
    queue::Throttle throttle;
};

struct RelayLoad {
    std::string relay;
    queue::RelayHealth health;
    queue::Throttle throttle;
    std::int64_t waiting = 0;  // a newsletter of several relays counts for each: any of them may carry it
};

class QueueListing {
  public:
    explicit QueueListing(Desk& desk) : desk_(desk) {}

    [[nodiscard]] std::vector<queue::QueueLine> by_mailing();
    // Those with most waiting first, at most `limit`.
    [[nodiscard]] std::vector<DestinationLine> by_domain(unsigned limit);
    [[nodiscard]] std::vector<DestinationLine> by_provider(unsigned limit);
    [[nodiscard]] std::vector<RelayLoad> by_relay();
    [[nodiscard]] std::vector<queue::StateLine> by_state();

  private:
    Desk& desk_;
};

// One JSON object on a line each.
[[nodiscard]] std::string to_json(const queue::QueueLine& line);
[[nodiscard]] std::string to_json(const queue::StateLine& line);
[[nodiscard]] std::string to_json(const RelayLoad& load, Time now);
// Of by_domain() or by_provider(), which the name of the first field says.
[[nodiscard]] std::string to_json(const DestinationLine& line, std::string_view what, Time now);

}  // namespace paperround::control

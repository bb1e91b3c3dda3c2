// What a person may ask of deliveries that wait: flush, hold, release, drop; by address, domain, mailing or
// newsletter. What that means for a delivery stands in queue/admin/queue_control.hpp. Each is on record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "control/desk.hpp"
#include "queue/admin/queue_control.hpp"

namespace paperround::control {

struct QueueOrder {
    queue::QueueAction action = queue::QueueAction::flush;
    std::string address;  // of these four all that are given must hold
    std::string domain;
    std::string newsletter;
    std::int64_t mailing = 0;
    bool all = false;       // said in so many words, where none of them is given; a flush needs it not
    bool in_doubt = false;  // with release: also what may have arrived already
};

class QueueOrders {
  public:
    explicit QueueOrders(Desk& desk) : desk_(desk) {}
    [[nodiscard]] Answer<queue::QueueCount> apply(const QueueOrder& order);

  private:
    [[nodiscard]] Answer<queue::Selection> selection_of(const QueueOrder& order);

    Desk& desk_;
};

// "flush", "hold", "release", "drop".
[[nodiscard]] std::string_view to_string(queue::QueueAction action);
// One JSON object on a line.
[[nodiscard]] std::string to_json(queue::QueueAction action, const queue::QueueCount& count);

}  // namespace paperround::control

// What a relay has taught us about its limits, and what a person has said about it: what is stored of each
// relay besides its health. Plain values.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "queue/relay/connection_limit.hpp"
#include "queue/relay/message_limit.hpp"
#include "queue/relay/relay_pace.hpp"

namespace paperround::queue {

struct RelayLessons {
    RelayPace pace;
    ConnectionLimit connections;
    MessageLimit messages;

    [[nodiscard]] bool any() const { return pace.learned() || connections.learned() || messages.learned(); }
};

// A person's words to a running daemon: each is noticed by its number having grown.
struct RelayOrders {
    std::optional<Time> paused;  // since when
    std::int64_t resumed = 0;    // how often it was to be tried at once
    std::int64_t forgotten = 0;  // how often what was learned was to be forgotten
    bool operator==(const RelayOrders&) const = default;
};

}  // namespace paperround::queue

// What one claim may take: how much of each newsletter, and of each shelf.
//
// Deliveries to a domain that is limited wait on a shelf of their own (`deliveries.shelf`, the number of the
// domain's throttle; 0 is where everybody else waits), and those to the other domains of a provider that is
// limited on the provider's. A domain that is limited itself within a limited provider takes from the room of
// both. A claim passes a shelf that has no room by without reading it, however many deliveries wait there: a
// domain that is limited to one a second never makes the claim scan what waits for it. One that waits in the
// wrong place, because its domain was limited or its provider became known later, is moved when a claim meets
// it, a bounded number each time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "queue/limit/throttle.hpp"

namespace paperround::queue {

struct Allowance {
    struct Newsletter {
        std::string name;
        std::size_t room = Throttle::no_limit;
        bool open = true;  // false outside its send window: personal mail alone
    };
    struct Provider {
        std::int64_t id = 0;  // of its throttle
        std::size_t room = Throttle::no_limit;
    };
    struct Shelf {
        static constexpr std::size_t no_provider = Throttle::no_limit;
        std::int64_t id = 0;
        std::size_t room = Throttle::no_limit;
        std::size_t provider = no_provider;  // in `providers`: whose room it takes from as well
    };
    // Large enough to keep a claim fed where most of what it meets is limited, small enough for a short
    // commit.
    static constexpr std::size_t most_moves = 500;

    std::vector<Newsletter> newsletters;  // those that the relay carries
    std::vector<Provider> providers;      // those that are limited
    std::vector<Shelf> shelves;           // those that have room
    // Where a delivery to the domain has to wait that waits at `present`. Empty: where it is.
    std::function<std::int64_t(std::string_view domain, std::int64_t present)> shelf_of;
    std::size_t moves = most_moves;  // what is left of them

    [[nodiscard]] std::size_t room(const Shelf& shelf) const;
    void take(Shelf& shelf, std::size_t count);
    // The throttle of the provider that a shelf's deliveries count for; 0: none.
    [[nodiscard]] std::int64_t provider_of(const Shelf& shelf) const;
};

}  // namespace paperround::queue

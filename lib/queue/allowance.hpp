// What one claim may take: how much of each newsletter, and of each shelf.
//
// Deliveries to a domain that is limited wait on a shelf of their own (`deliveries.shelf`, the number of the
// domain's throttle; 0 is where everybody else waits). A claim passes a shelf that has no room by without
// reading it, however many deliveries wait there: a domain that is limited to one a second never makes the
// claim scan what waits for it. One that waits on shelf 0 because its domain was limited later is moved when
// a claim meets it, a bounded number each time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "queue/throttle.hpp"

namespace paperround::queue {

struct Allowance {
    struct Newsletter {
        std::string name;
        std::size_t room = Throttle::no_limit;
        bool open = true;  // false outside its send window: personal mail alone
    };
    struct Shelf {
        std::int64_t id = 0;
        std::size_t room = Throttle::no_limit;
    };
    // Large enough to keep a claim fed where most of what it meets is limited, small enough for a short
    // commit.
    static constexpr std::size_t most_moves = 500;

    std::vector<Newsletter> newsletters;                            // those that the relay carries
    std::vector<Shelf> shelves;                                     // those that have room
    std::function<std::int64_t(std::string_view domain)> shelf_of;  // 0: not limited; empty: none is
    std::size_t moves = most_moves;                                 // what is left of them
};

}  // namespace paperround::queue

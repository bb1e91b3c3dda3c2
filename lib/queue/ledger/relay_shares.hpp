// How the work of one newsletter is shared out among its relays by their weights. A plain value that lives in
// memory only: after a restart everybody begins at nothing.
//
// A relay is given a message while it is not more than `slack` messages per unit of weight ahead of the
// others that can take some. A relay that cannot for now (down, backing off, at its rate or ceiling, or full
// for longer than a moment) holds nobody up: the others carry its share, and when it is back it is owed no
// more than `slack`. A relay of weight 0 stands by: it carries mail only while none of the others can.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.hpp"

namespace paperround::queue {

class RelayShares {
  public:
    static constexpr double slack = 10.0;

    struct Relay {
        std::size_t lane = 0;
        unsigned weight = 1;
    };

    explicit RelayShares(const std::vector<Relay>& relays);

    [[nodiscard]] bool carries(std::size_t lane) const;
    // Said of every lane before room() is asked: may it be used at all, and has it room for more just now.
    // One that is at its rate is not waited for at all.
    void observe(std::size_t lane, bool usable, bool has_room, Time now, bool at_rate = false);
    // How many messages this lane may take now; as many as it likes where no other competes.
    [[nodiscard]] std::size_t room(std::size_t lane) const;
    void taken(std::size_t lane, std::size_t count);
    // Whether another lane than this one can take over its work.
    [[nodiscard]] bool another_usable(std::size_t lane) const;

  private:
    struct Share {
        Relay relay;
        double served = 0.0;  // messages per unit of weight
        bool usable = true;
        bool competes = true;
        Time had_room{};
    };
    [[nodiscard]] const Share* find(std::size_t lane) const;

    std::vector<Share> shares_;
};

}  // namespace paperround::queue

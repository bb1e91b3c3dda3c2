// Whether a session that broke under a message (a reset, a hang-up, silence) is chance, or the relay's
// trouble. A plain value; the relay's couriers share one (queue/relay/relay_line.hpp).
//
// Policy: chance costs that one connection a pause, and the others go on. It is the relay's trouble
//  - where no message was served within the last 30 s;
//  - from the third break in a row on, with no message served between; from the second where no other session
//    is open;
//  - when more than 5 of the last 50 messages met one: a network that loses one in ten is no help, and one in
//    a hundred hardly ever comes there.
// What breaks behind messages that were served over the same session is followed by a new one at once, and
// does not come here (smtp/session.hpp, used_up).
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.hpp"

namespace paperround::queue {

class SessionBreaks {
  public:
    // A relay that has served nothing for longer is not known to work.
    static constexpr Duration lately = std::chrono::seconds(30);

    // One broke when `served` messages had been served in all, the last of them `ago`. True: by chance.
    [[nodiscard]] bool by_chance(std::uint64_t served, Duration ago, bool others_open);

  private:
    static constexpr std::uint64_t window = 50;
    static constexpr std::size_t few = 5;

    std::uint64_t breaks_ = 0;
    std::array<std::uint64_t, few> last_{};  // how much had been served or broken at each, in a ring
    std::uint64_t served_before_ = 0;        // at the last one
    unsigned in_a_row_ = 0;
};

}  // namespace paperround::queue

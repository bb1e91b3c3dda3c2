// "Relay access denied" for one recipient is a refusal; for the first ones of a session in a row it means
// that the relay does not know us, and the subscribers must not pay for that. Pure; one watch per session,
// not thread-safe.
#pragma once

#include "queue/outcome.hpp"

namespace paperround::smtp {

class RelayDenialWatch {
  public:
    // From this many denials in a row on, the relay is at fault.
    static constexpr unsigned limit = 3;

    // Gives the outcome that counts. While nobody has been let through, a refusal that may mean the relay is
    // never final: the first ones become `perhaps_relay` (they are tried again), from `limit` on it is
    // `relay_trouble`. A bare 550 without a word about relaying counts towards the limit, and stays as judged
    // until it is reached.
    [[nodiscard]] queue::Outcome observe(queue::Outcome outcome);

  private:
    unsigned in_a_row_ = 0;
    bool settled_ = false;  // the relay has dealt with a recipient on its merits
};

}  // namespace paperround::smtp

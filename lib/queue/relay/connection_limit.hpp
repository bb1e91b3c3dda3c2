// How many connections at a time a relay takes from us, learned where it turned one away while others worked.
// A plain value over injected time.
//
// Policy: one that was turned away lowers the number to those that work. One more is tried after 30 s; each
// such try that fails doubles the time until the next, up to an hour, and one that works is followed by the
// next after 10 s, until there are as many again as are configured. A relay may open one more and complain
// only when it is used: such a try has failed as well, up to a minute later.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::queue {

struct ConnectionLimit {
    unsigned limit = 0;  // 0: nothing learned
    Time since{};
    Time next_trial{};
    Duration wait{0};   // between the last trial and the next
    std::string words;  // of the connection that was turned away
    Time raised{};      // when the last try worked, unless one failed since; of this run alone
    bool operator==(const ConnectionLimit&) const = default;

    [[nodiscard]] bool learned() const { return limit > 0; }
    // How many may be open now.
    [[nodiscard]] unsigned allowed(unsigned configured, Time now) const;
    // One was turned away while `working` others were open. True where anything changed.
    bool refused(unsigned working, std::string_view reply, Time now);
    // There are `open` now, the newest among them. True where anything changed.
    bool opened(unsigned open, unsigned configured, Time now);
};

}  // namespace paperround::queue

// What a list that was kept elsewhere says about one of its addresses.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace paperround::audience {

enum class State {
    active,
    left,     // by the reader's own click
    removed,  // by the operator
};

struct ListEntry {
    std::optional<State> state = State::active;  // none: no member, and the suppression is all there is
    std::optional<Time> since;                   // none: now
    std::optional<Time> ended_at;                // none: now, where the state is not active
    std::string source;                          // "import readers.csv"
    std::string reason;                          // why it ended, in the list's words; may be empty
    struct Suppressed {
        std::string reason;
        std::string evidence;
        std::optional<Time> since;   // none: now
        bool of_newsletter = false;  // for the list's newsletter only
    };
    std::optional<Suppressed> suppressed;
};

}  // namespace paperround::audience

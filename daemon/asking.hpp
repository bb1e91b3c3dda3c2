// How a command asks `control` for something: it opens the desk, passes on what was asked, and says what was
// refused.
#pragma once

#include <sysexits.h>

#include <string>
#include <utility>

#include "base/clock.hpp"
#include "control/desk.hpp"
#include "daemon/command.hpp"

namespace paperround::daemon {

// Who runs this process, for the record of actions: the Unix user by name, and who became root through sudo.
[[nodiscard]] std::string unix_user();

// Prints what was refused, and gives the exit code for it.
int tell(const control::Refusal& refusal);

// Runs `work(desk)` with the invocation's settings and gives its exit code; EX_CONFIG, with the problems
// printed, where the settings cannot be read.
template <class Work>
int at_desk(const Invocation& invocation, Work&& work) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    const SystemClock clock;
    control::Desk desk(*settings, clock, unix_user());
    return std::forward<Work>(work)(desk);
}

}  // namespace paperround::daemon

// Waits for a condition with a deadline: the only way in which a test may let time pass.
#pragma once

#include <poll.h>

#include <chrono>

namespace paperround::test {

// Returns true as soon as `condition` holds; false if it does not within `deadline`. Checks every few
// milliseconds.
template <class Condition>
[[nodiscard]] bool eventually(Condition&& condition,
                              std::chrono::milliseconds deadline = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::poll(nullptr, 0, 5);
    }
    return true;
}

}  // namespace paperround::test

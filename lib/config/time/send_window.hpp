// The hours in which a newsletter's mail may leave, in a named zone; the other hours are its quiet hours. A
// window may run over midnight.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::config {

struct SendWindow {
    std::chrono::minutes from{0};  // since local midnight
    std::chrono::minutes to{0};    // exclusive; if not after `from`, on the next day
    std::string zone = "UTC";      // IANA name, known to the system
    bool operator==(const SendWindow&) const = default;
};

// `07:00-22:00`; the zone stays UTC. The error is a reason in words, to follow "expected … ".
[[nodiscard]] Result<SendWindow, std::string> parse_send_window(std::string_view text);

// One period in which the window is open; the end is exclusive.
struct Opening {
    Time begin;
    Time end;
};
// The opening that contains `now`, or the next one. Daylight saving moves both edges as it moves a schedule's
// moment (config/time/schedule.hpp), so a window that lies entirely in the skipped hour does not open that day.
// Throws std::runtime_error for a zone that the system does not know.
[[nodiscard]] Opening next_opening(const SendWindow& window, Time now);

// "07:00-22:00 Europe/London", as `check` prints it.
[[nodiscard]] std::string describe(const SendWindow& window);

}  // namespace paperround::config

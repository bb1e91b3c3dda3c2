// The hours in which a newsletter's mail may leave, in a named zone; outside them are its quiet hours. May
// run over midnight.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::config {

struct SendWindow {
    std::chrono::minutes from{0};  // since local midnight
    std::chrono::minutes to{0};    // exclusive; not after `from`: of the next day
    std::string zone = "UTC";      // IANA name, known to the system
    bool operator==(const SendWindow&) const = default;
};

// `07:00-22:00`; the zone stays UTC. The error is a reason in words that follows "expected … ".
[[nodiscard]] Result<SendWindow, std::string> parse_send_window(std::string_view text);

// A stretch of time in which the window is open, from its beginning to just before its end.
struct Opening {
    Time begin;
    Time end;
};
// The opening that `now` lies in, or the next one. Daylight saving moves both edges as it moves a schedule's
// moment (config/schedule.hpp), so a window that lies in the skipped hour alone does not open that day.
// Throws std::runtime_error for a zone unknown to the system.
[[nodiscard]] Opening next_opening(const SendWindow& window, Time now);

// "07:00-22:00 Europe/London", as `check` prints it.
[[nodiscard]] std::string describe(const SendWindow& window);

}  // namespace paperround::config

// The period for which the log is asked, as the operator writes it (daemon/local_time.hpp).
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "control/refusal.hpp"

namespace paperround::daemon {

struct LogPeriod {
    std::optional<Time> since;
    std::optional<Time> until;  // not itself: the end of the day, minute or second that was named
};

// An empty text sets no bound. A refusal names the option.
[[nodiscard]] control::Answer<LogPeriod> parse_log_period(const std::string& since, const std::string& until,
                                                          Time now);

}  // namespace paperround::daemon

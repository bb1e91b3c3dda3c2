// Moments as the operator's clock shows them: the zone of TZ or /etc/localtime, by its name. Reads both, as
// the C library does. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

// "11-22 09:00:00 CET", with the year in front where it is not that of `now`.
[[nodiscard]] std::string local_text(Time time, Time now);

// From the first moment that a text means to the first behind it: a day, a minute, a second, a millisecond.
struct Span {
    Time begin{};
    Time end{};
    bool operator==(const Span&) const = default;
};

// Every form in which this program prints a time, and what people leave out of it: `2026-11-22`, `11-22`,
// `11-22 09:00:00 CET`, `2026-11-22T08:00:00.125Z`, `09:00` (today), `30m` (ago). Without a zone it is the
// operator's, without a year this one. Zones: Z, UTC, GMT, an offset, or a name of the operator's zone.
[[nodiscard]] std::optional<Span> parse_local_time(std::string_view text, Time now);

}  // namespace paperround::daemon

// Times as the operator's clock shows them, in the zone of TZ or /etc/localtime. Reads both through the C
// library. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::daemon {

// "11-22 09:00:00 CET", with the year in front if it differs from that of `now`.
[[nodiscard]] std::string local_text(Time time, Time now);

// The time that a text means: a day, a minute, a second or a millisecond. The end is exclusive.
struct Span {
    Time begin{};
    Time end{};
    bool operator==(const Span&) const = default;
};

// Parses every form in which this program prints a time, and shortened forms: `2026-11-22`, `11-22`, `11-22
// 09:00:00 CET`, `2026-11-22T08:00:00.125Z`, `09:00` (today), `30m` (ago). Without a zone it is the
// operator's, without a year the present one. Zones: Z, UTC, GMT, an offset, or a name of the operator's
// zone.
[[nodiscard]] std::optional<Span> parse_local_time(std::string_view text, Time now);

}  // namespace paperround::daemon

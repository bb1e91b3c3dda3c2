#include "config/time/send_window.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/text.hpp"
#include "config/time/time_of_day.hpp"
#include "config/time/zone.hpp"

namespace paperround::config {

Result<SendWindow, std::string> parse_send_window(std::string_view text) {
    const auto parts = split(text, '-');
    const auto from = parts.size() == 2 ? parse_time_of_day(trim(parts[0])) : std::nullopt;
    const auto to = parts.size() == 2 ? parse_time_of_day(trim(parts[1])) : std::nullopt;
    if (!from || !to) return failure(std::string("two times of day from 00:00 to 23:59, as in 07:00-22:00"));
    if (*from == *to)
        return failure(std::string("two different times of day; without a window mail leaves at any"));
    return SendWindow{.from = *from, .to = *to};
}

Opening next_opening(const SendWindow& window, Time now) {
    const Zone zone(window.zone);
    const date::days length(window.to > window.from ? 0 : 1);
    // Begin a day early: yesterday's window may run over midnight. Look further ahead: daylight saving may
    // remove one day's window.
    const date::local_days first = zone.day_of(now) - date::days(1);
    for (int ahead = 0; ahead < 5; ++ahead) {
        const date::local_days day = first + date::days(ahead);
        const Opening opening{zone.moment(day, window.from), zone.moment(day + length, window.to)};
        if (opening.begin < opening.end && opening.end > now) return opening;
    }
    throw std::logic_error("a window that never opens: " + describe(window));
}

std::string describe(const SendWindow& window) {
    return fmt::format("{}-{} {}", format_time_of_day(window.from), format_time_of_day(window.to),
                       window.zone);
}

}  // namespace paperround::config

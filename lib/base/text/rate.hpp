// Rates as configuration and listings write them, a number per unit of time: `50/s`, `100/m`, `1000/h`,
// `5000/d`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace paperround {

struct Rate {
    unsigned count = 1;
    Duration per = std::chrono::seconds(1);  // a second, a minute, an hour or a day
    bool operator==(const Rate&) const = default;

    [[nodiscard]] double per_second() const {
        return static_cast<double>(count) / std::chrono::duration<double>(per).count();
    }
};

// Returns nothing for zero, for more than a million, and for anything that is not NUMBER/UNIT.
[[nodiscard]] std::optional<Rate> parse_rate(std::string_view text);
// The form that parse_rate reads.
[[nodiscard]] std::string format_rate(const Rate& rate);
// A measured rate for people, in the largest unit in which it is at least one: "12.5/s", "30/m", "4/h".
[[nodiscard]] std::string format_per_second(double per_second);

}  // namespace paperround

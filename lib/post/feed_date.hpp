// Dates as feeds write them: RFC 3339 (Atom, JSON Feed, Dublin Core), RFC 822 and 5322 (RSS) with named,
// numeric and military zones, and the near misses seen in the wild: no weekday, wrong weekday, full month
// names, two-digit years, dashes or slashes, asctime, a space before the offset, months in
// other languages, ISO 8601 without marks, of ordinal days or cut after the month, Korean. A date
// without a zone is taken as UTC.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::post {

// Nothing where no day can be made out, or it lies outside the years 1970 to 9999.
[[nodiscard]] std::optional<Time> parse_feed_date(std::string_view text);

}  // namespace paperround::post

// Dates as feeds write them: RFC 3339 (Atom, JSON Feed, Dublin Core), RFC 822 and 5322 (RSS) with named,
// numeric and military zones, and the near misses seen in the wild: no weekday, wrong weekday, full month
// names, two-digit years, dashes, slashes or dots, asctime, a space before the offset, months in other
// languages, ISO 8601 without marks, of ordinal days or cut after the month, Chinese, Japanese and Korean,
// what Java, Go, PHP and JavaScript print, seconds since 1970, years of the Thai calendar, a zone by its IANA
// name.
//
// A date that can be read in two ways (05/06/2024) is none: a wrong one would order posts wrongly in silence.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace paperround::feed {

struct WrittenDate {
    Time time;           // taken as UTC where no zone is written
    bool zoned = false;  // it is, or its distance from UTC
};

// Nothing where no day can be made out, or it lies outside the years 1970 to 9999.
[[nodiscard]] std::optional<WrittenDate> read_date(std::string_view text);
// The same of a feed: a date without a zone is in UTC, one in January 1970 a time that was never set.
[[nodiscard]] std::optional<Time> parse_feed_date(std::string_view text);

}  // namespace paperround::feed

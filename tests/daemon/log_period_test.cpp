#include "daemon/log_period.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"
#include "daemon/zone_guard.hpp"

using namespace paperround;
using namespace paperround::daemon;

namespace {
const Time now = parse_rfc3339("2026-11-30T12:00:00Z").value();
}  // namespace

TEST_CASE("until reaches to the end of the day or second that is named") {
    const test::ZoneGuard zone("UTC");
    const auto found = parse_log_period("2026-11-22", "2026-11-22", now);
    REQUIRE(found);
    CHECK(found->since == parse_rfc3339("2026-11-22T00:00:00Z"));
    CHECK(found->until == parse_rfc3339("2026-11-23T00:00:00Z"));
    CHECK(parse_log_period("", "2026-11-22T08:00:05Z", now).value().until ==
          parse_rfc3339("2026-11-22T08:00:06Z"));
}

TEST_CASE("a text that is no time is refused with the option's name") {
    const auto wrong = parse_log_period("", "yesterday", now);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == control::Refusal::Code::malformed);
    CHECK(wrong.error().message.starts_with("--until: expected "));
    CHECK(parse_log_period("yesterday", "", now).error().message.starts_with("--since: expected "));
}

TEST_CASE("without texts the log is asked for all times") {
    const auto all = parse_log_period("", "", now).value();
    CHECK_FALSE(all.since);
    CHECK_FALSE(all.until);
}

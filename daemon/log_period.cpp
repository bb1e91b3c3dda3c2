#include "daemon/log_period.hpp"

#include <fmt/format.h>

#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

control::Answer<std::optional<Span>> span_from(std::string_view option, const std::string& text, Time now) {
    if (text.empty()) return std::optional<Span>();
    const auto span = parse_local_time(text, now);
    if (span) return span;
    return control::refuse(
        control::Refusal::Code::malformed,
        fmt::format("--{}: expected 30m (ago), 2026-11-22, 11-22 09:00, 09:00:05 or 2026-11-22T08:00:05Z, "
                    "got \"{}\"",
                    option, text));
}

}  // namespace

control::Answer<LogPeriod> parse_log_period(const std::string& since, const std::string& until, Time now) {
    const auto first = span_from("since", since, now);
    if (!first) return failure(first.error());
    const auto last = span_from("until", until, now);
    if (!last) return failure(last.error());
    LogPeriod period;
    if (*first) period.since = (*first)->begin;
    if (*last) period.until = (*last)->end;
    return period;
}

}  // namespace paperround::daemon

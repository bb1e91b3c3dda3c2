#include "audience/own_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audience/audience_store.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

std::string_view value_of(const std::vector<std::string>& fields, std::optional<std::size_t> column) {
    return column && *column < fields.size() ? std::string_view(fields[*column]) : std::string_view();
}

std::string unknown(std::string_view column, std::string_view value, std::string_view expected) {
    return fmt::format("{} is \"{}\": expected {}", column,
                       without_control_characters(utf8_prefix(value, 40)), expected);
}

constexpr std::string_view moment = "a time such as 2026-11-22T08:00:00.000Z";

}  // namespace

OwnColumns::OwnColumns(const std::vector<std::string>& names) {
    const auto column = [&names](std::string_view name) -> Column {
        const auto found = std::ranges::find(names, name);
        if (found == names.end()) return std::nullopt;
        return static_cast<std::size_t>(found - names.begin());
    };
    state_ = column("state");
    since_ = column("since");
    ended_ = column("ended");
    source_ = column("source");
    reason_ = column("reason");
    suppression_ = column("suppression");
    suppressed_since_ = column("suppressed_since");
    evidence_ = column("suppression_evidence");
    suppression_of_ = column("suppression_of");
}

Result<ListEntry, std::string> OwnColumns::entry(const std::vector<std::string>& fields) const {
    ListEntry entry{.source = std::string(value_of(fields, source_)),
                    .reason = std::string(value_of(fields, reason_))};
    const std::string_view state = value_of(fields, state_);
    entry.state = parse_state(state);
    const std::string_view suppression = value_of(fields, suppression_);
    if (!entry.state && (!state.empty() || suppression.empty())) {
        return failure(unknown("state", state, "active, left or removed"));
    }
    entry.since = parse_rfc3339(value_of(fields, since_));
    if (!entry.since && entry.state) return failure(unknown("since", value_of(fields, since_), moment));
    const std::string_view ended = value_of(fields, ended_);
    entry.ended_at = parse_rfc3339(ended);
    if (!entry.ended_at && !ended.empty()) return failure(unknown("ended", ended, moment));
    if (suppression.empty()) return entry;
    const std::string_view suppressed_since = value_of(fields, suppressed_since_);
    entry.suppressed = {std::string(suppression), std::string(value_of(fields, evidence_)),
                        parse_rfc3339(suppressed_since), !value_of(fields, suppression_of_).empty()};
    if (!entry.suppressed->since) return failure(unknown("suppressed_since", suppressed_since, moment));
    return entry;
}

}  // namespace paperround::audience

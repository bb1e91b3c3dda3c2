#include "bounce/webhook/event_report.hpp"

#include <algorithm>

#include "bounce/addresses.hpp"
#include "bounce/judgement.hpp"
#include "bounce/surveyed_message.hpp"
#include "bounce/traces.hpp"

namespace paperround::bounce {

namespace {

// Shorter ones may stand in a reply by chance.
constexpr std::size_t shortest_id = 8;
constexpr std::size_t longest_id = 200;

Report judged(Kind kind, const EventSays& says) {
    Said said{.recipient = clean_address(says.recipient), .status = std::string(says.status)};
    // A name of the service's own, such as ContentRejected, says what its verdict does, and not what words do.
    if (says.verdict == refusal::Reason::unknown) said.hint = says.description;
    said.diagnostic = says.words;
    Report report = judge(kind, std::move(said));
    if (report.diagnostic.empty()) report.diagnostic = as_diagnostic(says.description);
    if (report.reason != refusal::Reason::unknown) return report;
    report.reason = says.verdict;
    const bool permanent = report.code != 0 ? report.code >= 500 : !report.status.starts_with('4');
    if (kind == Kind::bounce && permanent && refusal::ends_an_address(report.reason)) report.of = Class::hard;
    return report;
}

}  // namespace

Report event_bounce(const EventSays& says) {
    Report report = judged(Kind::bounce, says);
    if (report.code != 0 || !report.status.empty()) return report;
    // Nobody gave a code: whether it is for good is the service's word.
    const bool permanent = says.permanent.value_or(true);
    if (!permanent) report.status = "4.0.0";
    report.of = permanent && refusal::ends_an_address(report.reason) ? Class::hard : Class::soft;
    return report;
}

Report event_delay(const EventSays& says) {
    return judged(Kind::delayed, says);
}

Report event_of_reader(Kind kind, std::string_view recipient) {
    Report report;
    report.kind = kind;
    report.ground = kind == Kind::complaint ? Ground::abuse : Ground::none;
    report.recipient = clean_address(recipient);
    return report;
}

Traces event_traces(std::vector<Field> header, std::vector<std::string> reply_ids) {
    SurveyedMessage message;
    message.quoted.push_back(std::move(header));
    Traces traces = traces_of(message, Kind::bounce, "");
    std::erase_if(reply_ids,
                  [](const std::string& id) { return id.size() < shortest_id || id.size() > longest_id; });
    traces.reply_ids = std::move(reply_ids);
    return traces;
}

std::vector<const JsonValue*> each_event(const JsonValue& body) {
    std::vector<const JsonValue*> events;
    if (body.is_object()) events.push_back(&body);
    if (body.kind != JsonValue::Kind::list) return events;
    for (const JsonValue& item : body.items) {
        if (item.is_object()) events.push_back(&item);
    }
    return events;
}

}  // namespace paperround::bounce

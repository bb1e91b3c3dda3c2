#include "bounce/webhook/event_report.hpp"
#include "bounce/webhook/events.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

Reason verdict_of_mailgun(std::string_view reason) {
    if (reason == "suppress-bounce") return Reason::inactive;
    if (reason == "suppress-complaint" || reason == "suppress-unsubscribe") return Reason::rejected;
    if (reason == "old") return Reason::expired;
    return Reason::unknown;
}

// 605 and the like are Mailgun's own.
std::string words_of_mailgun(const JsonValue& status) {
    const std::string_view code = status["code"].words();
    std::string words;
    if (code.size() == 3 && (code.front() == '4' || code.front() == '5')) words = std::string(code) + " ";
    words += status["message"].words();
    return words;
}

std::vector<Report> reports_of_mailgun(const JsonValue& event) {
    const std::string_view kind = event["event"].words();
    const std::string_view recipient = event["recipient"].words();
    const JsonValue& status = event["delivery-status"];
    if (kind == "failed" || kind == "rejected") {
        const std::string words = words_of_mailgun(status);
        const EventSays says{.recipient = recipient,
                             .status = status["enhanced-code"].words(),
                             .words = words,
                             .description = status["description"].words(),
                             .verdict = verdict_of_mailgun(event["reason"].words()),
                             .permanent = event["severity"].words() != "temporary"};
        // A temporary failure is tried again; the last one comes as a permanent one.
        return {*says.permanent ? event_bounce(says) : event_delay(says)};
    }
    if (kind == "complained") return {event_of_reader(Kind::complaint, recipient)};
    if (kind == "unsubscribed") return {event_of_reader(Kind::unsubscribe, recipient)};
    return {};
}

}  // namespace

Events mailgun_events(std::string_view body) {
    const auto request = parse_json(body);
    if (!request) return failure(EventError::no_json);
    const JsonValue& event = (*request)["event-data"];
    if (!event.is_object()) return failure(EventError::other_format);
    std::vector<Event> events;
    auto reports = reports_of_mailgun(event);
    if (reports.empty()) return events;
    const std::string id(event["message"]["headers"]["message-id"].words());
    events.push_back(
        {.octets = event.to_json(),
         .reading = {.reports = std::move(reports), .traces = event_traces({{"Message-ID", id}}, {id})}});
    return events;
}

}  // namespace paperround::bounce

#include "base/text.hpp"
#include "bounce/webhook/event_report.hpp"
#include "bounce/webhook/events.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

// SendGrid did not try: what it knows of the address from before.
Reason reason_of_drop(std::string_view reason) {
    const std::string words = ascii_lower(reason);
    if (words == "bounced address") return Reason::inactive;
    if (words == "invalid") return Reason::user_unknown;
    if (words.find("spam content") != std::string::npos) return Reason::spam;
    return Reason::rejected;
}

Reason reason_of_class(std::string_view classification) {
    if (classification == "Invalid Address") return Reason::user_unknown;
    if (classification == "Mailbox Unavailable") return Reason::inactive;
    if (classification == "Content") return Reason::content;
    if (classification == "Reputation") return Reason::policy;
    if (classification == "Frequency or Volume Too High") return Reason::rate;
    if (classification == "Technical Failure") return Reason::system;
    return Reason::unknown;
}

// "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0" begins with the id that the reply to the dot gave.
std::string reply_id_of(std::string_view message_id) {
    for (const std::string_view mark : {".filter", ".recvd"}) {
        if (const auto at = message_id.find(mark); at != std::string_view::npos)
            return std::string(message_id.substr(0, at));
    }
    return std::string(message_id);
}

std::vector<Report> reports_of_sendgrid(const JsonValue& event) {
    const std::string_view kind = event["event"].words();
    const std::string_view recipient = event["email"].words();
    const std::string_view reason = event["reason"].words();
    const std::string_view words = reason.empty() ? event["response"].words() : reason;
    if (kind == "bounce") {
        // "blocked": the message was refused, and the address is not on SendGrid's list for that.
        const bool blocked = event["type"].words() == "blocked";
        const Reason verdict = reason_of_class(event["bounce_classification"].words());
        return {event_bounce(
            {.recipient = recipient,
             .status = event["status"].words(),
             .words = words,
             .verdict = blocked && refusal::ends_an_address(verdict) ? Reason::unknown : verdict})};
    }
    if (kind == "dropped")
        return {
            event_bounce({.recipient = recipient, .description = reason, .verdict = reason_of_drop(reason)})};
    if (kind == "deferred") return {event_delay({.recipient = recipient, .words = words})};
    if (kind == "spamreport") return {event_of_reader(Kind::complaint, recipient)};
    if (kind == "unsubscribe" || kind == "group_unsubscribe")
        return {event_of_reader(Kind::unsubscribe, recipient)};
    return {};
}

}  // namespace

Events sendgrid_events(std::string_view body) {
    const auto list = parse_json(body);
    if (!list) return failure(EventError::no_json);
    if (list->kind != JsonValue::Kind::list) return failure(EventError::other_format);
    std::vector<Event> events;
    for (const JsonValue* event : each_event(*list)) {
        auto reports = reports_of_sendgrid(*event);
        if (reports.empty()) continue;
        events.push_back(
            {.octets = event->to_json(),
             .reading = {.reports = std::move(reports),
                         .traces = event_traces({{"Message-ID", std::string((*event)["smtp-id"].words())}},
                                                {reply_id_of((*event)["sg_message_id"].words())})}});
    }
    return events;
}

}  // namespace paperround::bounce

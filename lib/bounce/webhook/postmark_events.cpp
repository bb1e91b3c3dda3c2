#include <array>

#include "bounce/webhook/event_report.hpp"
#include "bounce/webhook/events.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

struct PostmarkType {
    std::string_view name;
    Reason reason;
    bool permanent;
};
// Those of https://postmarkapp.com/developer/api/bounce-api that are about a copy that was not delivered.
constexpr std::array postmark_types{PostmarkType{"HardBounce", Reason::user_unknown, true},
                                    PostmarkType{"BadEmailAddress", Reason::user_unknown, true},
                                    PostmarkType{"ManuallyDeactivated", Reason::rejected, true},
                                    PostmarkType{"SoftBounce", Reason::unknown, false},
                                    PostmarkType{"DnsError", Reason::network, false},
                                    PostmarkType{"SpamNotification", Reason::spam, true},
                                    PostmarkType{"VirusNotification", Reason::content, true},
                                    PostmarkType{"Blocked", Reason::policy, true},
                                    PostmarkType{"DMARCPolicy", Reason::policy, true},
                                    PostmarkType{"SMTPApiError", Reason::system, true},
                                    PostmarkType{"Unknown", Reason::unknown, true}};

std::vector<Report> bounce_of(const JsonValue& event) {
    const std::string_view name = event["Type"].words();
    const std::string_view recipient = event["Email"].words();
    const EventSays says{.recipient = recipient,
                         .words = event["Details"].words(),
                         .description = event["Description"].words()};
    if (name == "Transient") return {event_delay(says)};
    if (name == "Unsubscribe") return {event_of_reader(Kind::unsubscribe, recipient)};
    if (name == "AutoResponder" || name == "ChallengeVerification")
        return {event_of_reader(Kind::autoreply, recipient)};
    for (const PostmarkType& type : postmark_types) {
        if (type.name != name) continue;
        EventSays judged = says;
        judged.verdict = type.reason;
        judged.permanent = type.permanent;
        // Postmark's description says the same of all of a type.
        judged.description = says.words.empty() ? says.description : std::string_view();
        return {event_bounce(judged)};
    }
    return {};
}

std::vector<Report> reports_of_postmark(const JsonValue& event) {
    const std::string_view record = event["RecordType"].words();
    if (record == "SpamComplaint" || event["Type"].words() == "SpamComplaint")
        return {event_of_reader(Kind::complaint, event["Email"].words())};
    if (record == "Bounce") return bounce_of(event);
    // The reader left by Postmark's own link; what Postmark suppresses after a bounce comes as a bounce as well.
    if (record == "SubscriptionChange" && event["SuppressSending"].is_true() &&
        event["SuppressionReason"].words() == "ManualSuppression" && event["Origin"].words() == "Recipient")
        return {event_of_reader(Kind::unsubscribe, event["Recipient"].words())};
    return {};
}

}  // namespace

Events postmark_events(std::string_view body) {
    const auto event = parse_json(body);
    if (!event) return failure(EventError::no_json);
    if (!event->is_object() || (*event)["MessageID"].kind != JsonValue::Kind::text)
        return failure(EventError::other_format);
    std::vector<Event> events;
    auto reports = reports_of_postmark(*event);
    if (reports.empty()) return events;
    events.push_back({.octets = event->to_json(),
                      .reading = {.reports = std::move(reports),
                                  .traces = event_traces({}, {std::string((*event)["MessageID"].words())})}});
    return events;
}

}  // namespace paperround::bounce

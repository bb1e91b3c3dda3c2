#include <array>

#include "bounce/delivery_status.hpp"
#include "bounce/webhook/event_report.hpp"
#include "bounce/webhook/events.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

// "bounceType/bounceSubType"
struct SesVerdict {
    std::string_view subtype;
    Reason reason;
};
constexpr std::array ses_verdicts{
    SesVerdict{"General", Reason::unknown}, SesVerdict{"NoEmail", Reason::user_unknown},
    SesVerdict{"Suppressed", Reason::inactive}, SesVerdict{"OnAccountSuppressionList", Reason::inactive},
    SesVerdict{"MailboxFull", Reason::mailbox_full}, SesVerdict{"MessageTooLarge", Reason::too_large},
    SesVerdict{"ContentRejected", Reason::content}, SesVerdict{"AttachmentRejected", Reason::content},
    SesVerdict{"CustomTimeoutExceeded", Reason::expired},
    // Of delays:
    SesVerdict{"InternalFailure", Reason::system}, SesVerdict{"SpamDetected", Reason::spam},
    SesVerdict{"RecipientServerError", Reason::system}, SesVerdict{"IPFailure", Reason::policy},
    SesVerdict{"TransientCommunicationFailure", Reason::network}};

Reason verdict_of_ses(std::string_view subtype, bool permanent) {
    for (const SesVerdict& each : ses_verdicts) {
        if (each.subtype == subtype && each.reason != Reason::unknown) return each.reason;
    }
    // SES calls a bounce permanent where the address does not exist, whatever else it says.
    return permanent ? Reason::user_unknown : Reason::unknown;
}

std::vector<Field> header_of_ses(const JsonValue& mail) {
    std::vector<Field> header;
    for (const JsonValue& each : mail["headers"].items) {
        if (header.size() == fields_limit) break;
        header.push_back({std::string(each["name"].words()), std::string(each["value"].words())});
    }
    header.push_back({"Message-ID", std::string(mail["commonHeaders"]["messageId"].words())});
    header.push_back({"Return-Path", std::string(mail["source"].words())});
    return header;
}

std::vector<Report> bounces_of(const JsonValue& bounce) {
    const bool permanent = bounce["bounceType"].words() == "Permanent";
    const std::string description(bounce["bounceSubType"].words());
    std::vector<Report> reports;
    for (const JsonValue& each : bounce["bouncedRecipients"].items) {
        reports.push_back(event_bounce({.recipient = each["emailAddress"].words(),
                                        .status = each["status"].words(),
                                        .words = without_type(each["diagnosticCode"].words()),
                                        .description = description,
                                        .verdict = verdict_of_ses(description, permanent),
                                        .permanent = permanent}));
    }
    return reports;
}

std::vector<Report> delays_of(const JsonValue& delay) {
    const std::string description(delay["delayType"].words());
    std::vector<Report> reports;
    for (const JsonValue& each : delay["delayedRecipients"].items) {
        reports.push_back(event_delay({.recipient = each["emailAddress"].words(),
                                       .status = each["status"].words(),
                                       .words = without_type(each["diagnosticCode"].words()),
                                       .description = description,
                                       .verdict = verdict_of_ses(description, false)}));
    }
    return reports;
}

std::vector<Report> complaints_of(const JsonValue& complaint) {
    const std::string_view type = complaint["complaintFeedbackType"].words();
    std::vector<Report> reports;
    for (const JsonValue& each : complaint["complainedRecipients"].items) {
        Report report = event_of_reader(Kind::complaint, each["emailAddress"].words());
        if (type == "fraud") report.ground = Ground::fraud;
        if (type == "virus") report.ground = Ground::virus;
        if (type == "not-spam") report.kind = Kind::other;
        if (report.kind == Kind::other) report.ground = Ground::none;
        reports.push_back(std::move(report));
    }
    return reports;
}

}  // namespace

Events ses_events(std::string_view message) {
    const auto event = parse_json(message);
    if (!event) return failure(EventError::no_json);
    std::string_view type = (*event)["notificationType"].words();
    if (type.empty()) type = (*event)["eventType"].words();
    const JsonValue& mail = (*event)["mail"];
    // What SES sends to try the topic has neither.
    if (type.empty() || !mail.is_object()) return failure(EventError::other_format);
    Event read{.octets = event->to_json(), .reading = {}};
    if (type == "Bounce") read.reading.reports = bounces_of((*event)["bounce"]);
    if (type == "DeliveryDelay") read.reading.reports = delays_of((*event)["deliveryDelay"]);
    if (type == "Complaint") read.reading.reports = complaints_of((*event)["complaint"]);
    std::vector<Event> events;
    if (read.reading.reports.empty()) return events;
    read.reading.traces = event_traces(header_of_ses(mail), {std::string(mail["messageId"].words())});
    events.push_back(std::move(read));
    return events;
}

}  // namespace paperround::bounce

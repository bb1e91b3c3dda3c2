#include "bounce/reader.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "bounce/addresses.hpp"
#include "bounce/automatic_reply.hpp"
#include "bounce/delivery_status.hpp"
#include "bounce/failed_recipients.hpp"
#include "bounce/feedback_report.hpp"
#include "bounce/judgement.hpp"
#include "bounce/mail_words.hpp"
#include "bounce/report_fields.hpp"
#include "bounce/surveyed_message.hpp"
#include "bounce/traces.hpp"

namespace paperround::bounce {

namespace {

std::vector<Report> reports_of(FeedbackReport feedback) {
    if (feedback.recipients.empty()) feedback.recipients.emplace_back();
    std::vector<Report> reports;
    for (std::string& recipient : feedback.recipients) {
        Report report;
        report.kind = feedback.kind;
        report.ground = feedback.ground;
        report.recipient = std::move(recipient);
        reports.push_back(std::move(report));
    }
    return reports;
}

std::vector<Report> read_feedback(const SurveyedMessage& message) {
    FeedbackReport feedback = parse_feedback_report(message.feedback);
    if (feedback.recipients.empty()) feedback.recipients = message.quoted_recipients();
    return reports_of(std::move(feedback));
}

Report receipt(const SurveyedMessage& message) {
    Report report;
    for (const FieldGroup& group : field_groups(message.disposition)) {
        if (report.recipient.empty()) report.recipient = clean_address(known_value(group, "finalrecipient"));
        if (report.recipient.empty())
            report.recipient = clean_address(known_value(group, "originalrecipient"));
    }
    return report;
}

// What a status without an action means.
Kind kind_of(const RecipientStatus& each, const SurveyedMessage& message) {
    switch (each.action) {
        case Action::failed:
            return Kind::bounce;
        case Action::delayed:
            return Kind::delayed;
        case Action::none:
            break;
        default:
            return Kind::other;
    }
    if (each.status.starts_with('2')) return Kind::other;
    const bool goes_on = each.will_retry || message.speaks_of_delay();
    return goes_on && !each.status.starts_with('5') ? Kind::delayed : Kind::bounce;
}

// The recipient's address: RFC 3464's Final-Recipient, and where that is none of the Internet's, what else names it.
std::string recipient_of(const RecipientStatus& each, const SurveyedMessage& message, bool only_one) {
    const bool has_address = each.final_recipient.find('@') != std::string::npos;
    if (has_address && !is_mail_system(each.final_recipient)) return each.final_recipient;
    if (!each.original_recipient.empty()) return each.original_recipient;
    const auto listed = message.listed_recipients();
    if (only_one && listed.size() == 1) return listed.front();
    const auto quoted = message.quoted_recipients();
    if (only_one && quoted.size() == 1) return quoted.front();
    for (const std::string& address : quoted) {
        if (ascii_iequals(local_part_of(address), each.final_recipient)) return address;
    }
    return each.final_recipient;
}

// What the text says of each, where the status speaks of several.
std::map<std::string, std::vector<std::string>> lines_by_recipient(const SurveyedMessage& message,
                                                                   const DeliveryStatus& status) {
    KnownAddresses known;
    for (const RecipientStatus& each : status.recipients) {
        const bool named = each.final_recipient.find('@') != std::string::npos;
        if (named) known.listed.push_back(each.final_recipient);
    }
    std::map<std::string, std::vector<std::string>> lines;
    for (FailedRecipient& each : failed_recipients(message.prose, known))
        lines.emplace(address_key(each.address), std::move(each.lines));
    return lines;
}

std::vector<Report> read_status(const SurveyedMessage& message, const DeliveryStatus& status) {
    std::vector<Report> reports;
    std::set<std::string> seen;
    const bool only_one = status.recipients.size() == 1;
    const std::string words = message.replies.empty() ? joined(message.prose.lines) : message.replies;
    const auto lines =
        only_one ? std::map<std::string, std::vector<std::string>>() : lines_by_recipient(message, status);
    for (const RecipientStatus& each : status.recipients) {
        const Kind kind = kind_of(each, message);
        const std::string recipient = recipient_of(each, message, only_one);
        if (!recipient.empty() && !seen.insert(address_key(recipient)).second) continue;
        if (kind == Kind::other) {
            Report report;
            report.recipient = recipient;
            report.action = each.action == Action::none ? Action::delivered : each.action;
            report.status = each.status;
            report.diagnostic = as_diagnostic(each.diagnostic);
            reports.push_back(std::move(report));
            continue;
        }
        Said said{.recipient = recipient,
                  .action = each.action,
                  .status = each.status,
                  .hint = each.status_comment + " " + message.subject};
        said.diagnostic = each.diagnostic;
        const auto own = lines.find(address_key(recipient));
        said.words = own == lines.end() ? (only_one ? words : std::string()) : joined(own->second);
        // "X-Unix; 255" and "smtp; 550" say less than the text does.
        if (each.diagnostic.size() < 8 && !said.words.empty()) said.diagnostic.clear();
        reports.push_back(judge(kind, std::move(said)));
    }
    return reports;
}

// A failure that only the text tells.
std::vector<Report> read_prose_of(const SurveyedMessage& message) {
    std::vector<FailedRecipient> failed = failed_recipients(message.prose, message.known_addresses());
    if (failed.empty()) failed.push_back({{}, message.prose.lines});
    std::vector<Report> reports;
    const Kind kind = message.speaks_of_delay() ? Kind::delayed : Kind::bounce;
    for (FailedRecipient& each : failed) {
        Said said{.recipient = std::move(each.address), .hint = message.subject};
        said.diagnostic = replies_in(each.lines);
        said.words = joined(each.lines);
        reports.push_back(judge(kind, std::move(said)));
    }
    return reports;
}

Report from_sender(const SurveyedMessage& message, Kind kind, Ground ground) {
    Report report;
    report.kind = kind;
    report.ground = ground;
    report.recipient = message.sender();
    return report;
}

std::vector<Report> read_reports(const SurveyedMessage& message, const DeliveryStatus& status) {
    if (!message.feedback.empty()) return read_feedback(message);
    if (message.is_complaint_without_report()) {
        FeedbackReport complaint{.recipients = message.quoted_recipients()};
        return reports_of(std::move(complaint));
    }
    if (!status.recipients.empty()) return read_status(message, status);
    if (!message.disposition.empty()) return {receipt(message)};
    const Answer answer = automatic_answer(message);
    const bool failure = message.is_failure_notice();
    // Mail systems send challenges too; they quote no server.
    const bool challenge =
        answer.ground == Ground::challenge && message.replies.empty() && !is_failure_subject(message.subject);
    if (answer.certain && (!failure || challenge))
        return {from_sender(message, Kind::autoreply, answer.ground)};
    if (failure) return read_prose_of(message);
    if (message.asks_to_leave()) return {from_sender(message, Kind::unsubscribe, Ground::none)};
    if (answer.likely) return {from_sender(message, Kind::autoreply, answer.ground)};
    return {from_sender(message, Kind::other, Ground::none)};
}

}  // namespace

Result<Reading, ReadError> read_message(std::string_view octets) {
    const auto root = parse_message(octets);
    if (!root) return failure(root.error());
    const SurveyedMessage message = survey(*root);
    Reading reading;
    const DeliveryStatus status = parse_delivery_status(message.status);
    reading.reports = read_reports(message, status);
    reading.traces = traces_of(message, reading.reports.front().kind, status.envelope_id);
    return reading;
}

}  // namespace paperround::bounce

#include "bounce/surveyed_message.hpp"

#include <algorithm>
#include <array>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "bounce/addresses.hpp"
#include "bounce/mail_words.hpp"
#include "bounce/report_fields.hpp"
#include "refusal/phrases.hpp"

namespace paperround::bounce {

namespace {

constexpr std::size_t most_quoted = 20;

bool says_feedback(std::string_view text) {
    return ascii_istarts_with(text, "feedback-type:") ||
           ascii_lower(text.substr(0, 2000)).find("\nfeedback-type:") != std::string::npos;
}

// Parts of one message, without those of messages that it holds.
struct Level {
    const Part* message = nullptr;
    std::string plain;
    std::string html;
    std::string status;
    std::string feedback;
    std::string disposition;
    std::string report_type;
    std::vector<std::vector<Field>> quoted;

    [[nodiscard]] bool is_report() const {
        return !status.empty() || !feedback.empty() || !disposition.empty();
    }
};

void append(std::string& to, std::string_view text) {
    if (to.size() > 4 * text_limit) return;
    if (!to.empty()) to += "\n\n";
    to += text;
}

class Survey {
  public:
    explicit Survey(const Part& root) {
        begin_level(root, 0);
        walk(root, 0);
    }
    // The outermost one that is a report; else the outermost one.
    Level take() {
        const auto report = std::ranges::find_if(levels_, &Level::is_report);
        return std::move(report == levels_.end() ? levels_.front() : *report);
    }

  private:
    void begin_level(const Part& message, std::size_t level) {
        if (levels_.size() > level) return;  // only the first message of each depth is followed
        levels_.resize(level + 1);
        levels_[level].message = &message;
        levels_[level].report_type = message.report_type;
    }
    void walk(const Part& part, std::size_t level) {
        if (part.type == "message/rfc822" || part.type == "message/global" || part.type == "message/news" ||
            part.type == "message/rfc2822") {
            if (part.parts.empty()) return;
            const Part& message = part.parts.front();
            if (levels_[level].quoted.size() < most_quoted) levels_[level].quoted.push_back(message.fields);
            const bool first = levels_.size() == level + 1;
            begin_level(message, level + 1);
            if (first) walk(message, level + 1);
            return;
        }
        if (levels_[level].report_type.empty()) levels_[level].report_type = part.report_type;
        for (const Part& each : part.parts) walk(each, level);
        if (part.parts.empty()) leaf(part, levels_[level]);
    }
    static void leaf(const Part& part, Level& level) {
        const std::string& type = part.type;
        const bool html = type == "text/html";
        const bool header = type == "text/rfc822-headers" || type == "text/rfc822-header" ||
                            type == "message/rfc822-headers" || type == "message/global-headers";
        const bool status = type == "message/delivery-status" || type == "message/global-delivery-status";
        const bool feedback = type == "message/feedback-report";
        if (header) {
            quote(part.text, level);
        } else if (html) {
            append(level.html, part.text);
        } else if (type.starts_with("message/disposition-notification") ||
                   type == "message/global-disposition-notification") {
            append(level.disposition, part.text);
        } else if (status || looks_like_delivery_status(part.text)) {
            append(level.status, part.text);
            if (type.starts_with("text/")) append(level.plain, part.text);
        } else if (feedback || says_feedback(part.text)) {
            append(level.feedback, part.text);
        } else if (type.starts_with("text/") || type.empty()) {
            append(level.plain, part.text);
        }
    }
    static void quote(std::string_view text, Level& level) {
        if (level.quoted.size() >= most_quoted) return;
        for (FieldGroup& group : field_groups(text)) {
            if (group.size() < 2) continue;
            level.quoted.push_back(std::move(group));
            return;
        }
    }

    std::vector<Level> levels_;
};

void append_addresses(std::vector<std::string>& to, std::string_view value) {
    for (AddressInText& each : addresses_in(value)) {
        if (std::ranges::find(to, each.address) == to.end()) to.push_back(std::move(each.address));
    }
}

// Addresses that a provider hides: "redacted@…", "x****@example.org".
bool is_hidden(std::string_view address) {
    return ascii_istarts_with(address, "redacted") || address.find('*') != std::string_view::npos ||
           ascii_istarts_with(address, "undisclosed") || ascii_istarts_with(address, "[redacted]");
}

}  // namespace

std::string SurveyedMessage::sender() const {
    for (const std::string_view name : {"From", "Reply-To", "Return-Path", "Sender"}) {
        std::string address = clean_address(field_of(header, name));
        if (!address.empty()) return address;
    }
    return {};
}

std::vector<std::string> SurveyedMessage::listed_recipients() const {
    std::vector<std::string> listed;
    for (const Field& field : header) {
        if (ascii_iequals(field.name, "X-Failed-Recipients") ||
            ascii_iequals(field.name, "X-Failed-Recipient"))
            append_addresses(listed, field.value);
    }
    return listed;
}

std::vector<std::string> SurveyedMessage::quoted_recipients() const {
    for (const std::string_view name : {"X-HmXmrOriginalRecipient", "Original-Recipient", "To", "X-Rcpt-To",
                                        "Delivered-To", "Envelope-To", "Apparently-To"}) {
        std::vector<std::string> found;
        for (const std::vector<Field>& fields : quoted) {
            append_addresses(found, field_of(fields, name));
            std::erase_if(found, is_hidden);
            if (!found.empty()) return found;
        }
    }
    return {};
}

KnownAddresses SurveyedMessage::known_addresses() const {
    constexpr std::array<std::string_view, 9> names{"From",          "To",          "Cc",
                                                    "Reply-To",      "Return-Path", "Delivered-To",
                                                    "X-Original-To", "Envelope-To", "Sender"};
    KnownAddresses known{.listed = listed_recipients(), .quoted = quoted_recipients(), .own = {}};
    for (const std::string_view name : names) append_addresses(known.own, field_of(header, name));
    for (const std::vector<Field>& fields : quoted) append_addresses(known.own, field_of(fields, "From"));
    std::erase_if(known.own, [&](const std::string& address) {
        return std::ranges::find(known.quoted, address) != known.quoted.end();
    });
    return known;
}

bool SurveyedMessage::has_null_path() const {
    const std::string_view path = field_of(header, "Return-Path");
    return !path.empty() && (path == "<>" || trim(path).starts_with("<>"));
}

bool SurveyedMessage::is_from_mail_system() const {
    for (const std::string_view name : {"From", "Sender"}) {
        const std::string_view value = field_of(header, name);
        if (value.empty()) continue;
        if (is_mail_system(clean_address(value))) return true;
        // "<MAILER-DAEMON>" is a name.
        const auto bracket = value.starts_with('<') ? std::string_view::npos : value.find('<');
        const std::string shown = refusal::plain_words(value.substr(0, std::min(bracket, value.size())));
        if (name == "From" && is_mail_system_name(shown)) return true;
    }
    return false;
}

bool SurveyedMessage::speaks_of_delay() const {
    if (is_delay_subject(subject)) return true;
    constexpr std::string_view surely =
        "warning message only|this is a warning|just a warning|not yet been delivered|do not need to resend|"
        "don't need to resend|no action is required on your part|not been delivered yet|";
    if (refusal::has_any_phrase(text, surely)) return true;
    const bool final_subject =
        refusal::has_any_phrase(subject,
                                "fail|return|undeliver|permanent|could not|fehlgeschlagen|unzustellbar|"
                                "nicht zugestellt|non remis|no se puede entregar|no se pudo|non recapitabile|"
                                "mancat|não entregue|onbestelbaar|oleverera|kan inte levereras|ikke levere|"
                                "ikke levert|niedostarcz|nedoručiteln|kézbesíthetetlen|teslim edilem|"
                                "недоставлен|не доставлен|配信不能|无法投递|退信|");
    return !final_subject && says_delayed(text) && !says_given_up(text);
}

bool SurveyedMessage::is_failure_notice() const {
    if (report_type == "delivery-status" || !listed_recipients().empty()) return true;
    const bool titled = is_failure_subject(subject) || is_delay_subject(subject);
    const bool said = says_undelivered(text) || says_delayed(text);
    if (is_from_mail_system() && (titled || said)) return true;
    const bool quotes = !quoted.empty() || !replies.empty();
    const bool reply = refusal::begins_with_phrase(subject, "re:|aw:|fw:|fwd:|");
    if (said && is_surely_failure_subject(subject)) return true;
    return said && ((titled && (has_null_path() || quotes)) || (has_null_path() && quotes && !reply));
}

bool SurveyedMessage::is_complaint_without_report() const {
    return std::ranges::any_of(quoted, [](const std::vector<Field>& fields) {
        return !field_of(fields, "X-HmXmrOriginalRecipient").empty();
    });
}

bool SurveyedMessage::asks_to_leave() const {
    if (ascii_istarts_with(field_of(header, "Auto-Submitted"), "auto-replied") || is_from_mail_system())
        return false;
    if (is_leaving_subject(subject)) return true;
    for (const std::string_view name : {"To", "Delivered-To", "X-Original-To", "Cc", "Envelope-To"}) {
        for (const AddressInText& each : addresses_in(field_of(header, name))) {
            if (is_leaving_address(ascii_lower(local_part_of(each.address)))) return true;
        }
    }
    return false;
}

SurveyedMessage survey(const Part& root) {
    Level level = Survey(root).take();
    SurveyedMessage message;
    message.header = level.message->fields;
    message.report_type = level.report_type;
    message.subject = refusal::plain_words(field_of(message.header, "Subject"));
    const bool has_plain = trim(level.plain).size() > 20 || level.html.empty();
    message.prose = read_prose(has_plain ? level.plain : words_of_html(level.html));
    message.text = refusal::plain_words(joined(message.prose.lines));
    message.replies = replies_in(message.prose.lines);
    message.status = std::move(level.status);
    message.feedback = std::move(level.feedback);
    message.disposition = std::move(level.disposition);
    message.quoted = std::move(level.quoted);
    if (!message.prose.quoted.empty()) message.quoted.push_back(message.prose.quoted);
    return message;
}

}  // namespace paperround::bounce

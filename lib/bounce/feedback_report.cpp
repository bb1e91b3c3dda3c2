#include "bounce/feedback_report.hpp"

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "bounce/addresses.hpp"
#include "bounce/delivery_status.hpp"
#include "bounce/report_fields.hpp"

namespace paperround::bounce {

namespace {

void read_type(std::string_view value, FeedbackReport& report) {
    const std::string type = ascii_lower(trim(value));
    if (type.starts_with("fraud") || type.starts_with("phish")) {
        report.ground = Ground::fraud;
    } else if (type.starts_with("virus")) {
        report.ground = Ground::virus;
    } else if (type.starts_with("opt-out") || type.starts_with("unsubscribe")) {
        report.ground = Ground::opt_out;
    } else if (type.starts_with("not-spam") || type.starts_with("auth-failure") || type.starts_with("dkim") ||
               type.starts_with("dmarc")) {
        report.kind = Kind::other;
        report.ground = Ground::none;
    }
}

}  // namespace

FeedbackReport parse_feedback_report(std::string_view text) {
    FeedbackReport report;
    for (const FieldGroup& group : field_groups(text)) {
        for (const Field& field : group) {
            const std::string_view known = known_field(field.name);
            if (known == "feedbacktype") read_type(field.value, report);
            if (known != "originalrcptto" && known != "removalrecipient" && known != "finalrecipient")
                continue;
            for (AddressInText& each : addresses_in(field.value)) {
                const bool listed =
                    std::ranges::find(report.recipients, each.address) != report.recipients.end();
                // The name is blacked out, or a hash stands for it.
                const bool redacted = ascii_istarts_with(each.address, "redacted") ||
                                      domain_of(each.address).starts_with("redacted") ||
                                      each.address.find('*') != std::string::npos;
                if (!listed && !redacted && report.recipients.size() < recipients_limit)
                    report.recipients.push_back(std::move(each.address));
            }
        }
    }
    return report;
}

}  // namespace paperround::bounce

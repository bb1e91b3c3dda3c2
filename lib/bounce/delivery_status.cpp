#include "bounce/delivery_status.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "bounce/addresses.hpp"
#include "bounce/report_fields.hpp"
#include "refusal/reply_codes.hpp"

namespace paperround::bounce {

namespace {

Action parse_action(std::string_view text) {
    const std::string word = ascii_lower(trim(text));
    if (word.starts_with("fail") || word.starts_with("error") || word.starts_with("bounce") ||
        word.starts_with("expired") || word.starts_with("undeliver") || word.starts_with("reject"))
        return Action::failed;
    if (word.starts_with("delay") || word.starts_with("deferred")) return Action::delayed;
    if (word.starts_with("relay")) return Action::relayed;
    if (word.starts_with("expand")) return Action::expanded;
    if (word.starts_with("deliver")) return Action::delivered;
    return Action::none;
}

std::string recipient_text(std::string_view value) {
    std::string address = clean_address(value);
    if (!address.empty()) return address;
    const auto semicolon = value.find(';');
    const std::string_view bare =
        trim(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
    const std::string line = without_control_characters(collapse_spaces(to_valid_utf8(bare)));
    return std::string(utf8_prefix(line, 254));
}

class Recipients {
  public:
    void group(const FieldGroup& group) {
        // A new one begins with the first field that the one before has already.
        for (const Field& field : group) this->field(field);
        done_ = true;
    }
    DeliveryStatus take() {
        std::erase_if(status_.recipients, [](const RecipientStatus& each) {
            return each.final_recipient.empty() && each.original_recipient.empty() &&
                   each.action == Action::none && each.status.empty();
        });
        return std::move(status_);
    }

  private:
    RecipientStatus& current() {
        if (status_.recipients.empty()) status_.recipients.emplace_back();
        return status_.recipients.back();
    }
    // The recipient that a field speaks of: `filled` says whether the last one has that field.
    RecipientStatus& recipient(bool filled) {
        if (status_.recipients.empty() || (filled && status_.recipients.size() < recipients_limit))
            status_.recipients.emplace_back();
        done_ = false;
        return status_.recipients.back();
    }
    void field(const Field& field) {
        const std::string_view known = known_field(field.name);
        const bool any = !status_.recipients.empty();
        if (known == "finalrecipient") {
            recipient(any && !current().final_recipient.empty()).final_recipient =
                recipient_text(field.value);
        } else if (known == "originalrecipient") {
            // In front of Final-Recipient it begins a group, behind it it does not.
            const bool filled = any && (!current().original_recipient.empty() ||
                                        (done_ && !current().final_recipient.empty()));
            recipient(filled).original_recipient = clean_address(field.value);
        } else if (known == "xactualrecipient") {
            if (any && current().original_recipient.empty())
                current().original_recipient = clean_address(field.value);
        } else if (known == "action") {
            recipient(any && current().action != Action::none).action = parse_action(field.value);
        } else if (known == "status") {
            read_status(field.value);
        } else if (known == "diagnosticcode") {
            std::string& diagnostic = current().diagnostic;
            if (!diagnostic.empty()) diagnostic += ' ';
            if (diagnostic.size() < text_limit) diagnostic += without_type(field.value);
        } else if (known == "willretryuntil") {
            current().will_retry = true;
        } else if (known == "originalenvelopeid" && status_.envelope_id.empty()) {
            status_.envelope_id = field.value;
        }
    }
    void read_status(std::string_view value) {
        RecipientStatus& each = recipient(!status_.recipients.empty() && !current().status.empty());
        // "5.1.1 (bad address)", "5.1.1", "Status: 550 5.1.1", "#5.1.1"
        for (std::size_t at = 0; at < value.size() && each.status.empty(); ++at) {
            if (at > 0 && (is_ascii_digit(value[at - 1]) || value[at - 1] == '.')) continue;
            each.status = refusal::status_at_front(value.substr(at));
            if (!each.status.empty()) each.status_comment = trim(value.substr(at + each.status.size()));
        }
        if (each.status.empty()) each.status_comment = value;
    }

    DeliveryStatus status_;
    bool done_ = false;  // a blank line ended the group
};

}  // namespace

std::string_view without_type(std::string_view text) {
    const auto semicolon = text.substr(0, 24).find(';');
    if (semicolon == std::string_view::npos) return text;
    const std::string_view type = trim(text.substr(0, semicolon));
    const bool word = !type.empty() && is_ascii_alpha(type.front()) && std::ranges::all_of(type, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '.';
    });
    return word ? trim(text.substr(semicolon + 1)) : text;
}

DeliveryStatus parse_delivery_status(std::string_view text) {
    Recipients recipients;
    for (const FieldGroup& group : field_groups(text)) recipients.group(group);
    return recipients.take();
}

}  // namespace paperround::bounce

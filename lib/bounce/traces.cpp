#include "bounce/traces.hpp"

#include <algorithm>
#include <array>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "bounce/addresses.hpp"
#include "bounce/report_fields.hpp"

namespace paperround::bounce {

namespace {

constexpr std::size_t most_traces = 20;
// Where mail systems write whom a mail was delivered to.
constexpr std::array<std::string_view, 9> recipient_fields{
    "X-Original-To",        "Delivered-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-RCPT-To",
    "X-Original-Recipient", "To",           "Cc"};
// Lengths of what audience/token.hpp signs.
constexpr std::size_t shortest_token = 31;
constexpr std::size_t longest_token = 160;

void append(std::vector<std::string>& to, std::string_view each) {
    const bool known = std::ranges::find(to, each) != to.end();
    if (!each.empty() && !known && to.size() < most_traces) to.emplace_back(each);
}

void append_tokens(std::vector<std::string>& to, std::string_view text) {
    const auto in_token = [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_';
    };
    while (!text.empty()) {
        const auto end = std::ranges::find_if_not(text, in_token);
        const auto length = static_cast<std::size_t>(end - text.begin());
        if (length >= shortest_token && length <= longest_token) append(to, text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

// `<a@b> <c@d>`, `a@b (comment)`.
void append_ids(std::vector<std::string>& to, std::string_view text) {
    while (!text.empty()) {
        const auto from = text.find_first_not_of(" \t<>,;\"()");
        if (from == std::string_view::npos) return;
        text.remove_prefix(from);
        const auto end = std::min(text.find_first_of(" \t<>,;\"()"), text.size());
        const std::string_view id = text.substr(0, end);
        if (id.find('@') != std::string_view::npos && id.size() <= 254) append(to, id);
        text.remove_prefix(end);
    }
}

}  // namespace

Traces traces_of(const SurveyedMessage& message, Kind kind, std::string_view envelope_id) {
    Traces traces;
    for (const std::vector<Field>& fields : message.quoted) {
        append_tokens(traces.unsubscribe_tokens, field_of(fields, "List-Unsubscribe"));
        append_ids(traces.message_ids, field_of(fields, "Message-ID"));
        for (const AddressInText& each : addresses_in(field_of(fields, "To")))
            append(traces.addressees, each.address);
        for (const std::string_view name : {"Return-Path", "X-Envelope-From", "Errors-To"}) {
            for (const AddressInText& each : addresses_in(field_of(fields, name)))
                append(traces.return_paths, each.address);
        }
    }
    for (const std::string_view name : recipient_fields) {
        for (const AddressInText& each : addresses_in(field_of(message.header, name)))
            append(traces.delivered_to, each.address);
    }
    append_ids(traces.message_ids, field_of(message.header, "In-Reply-To"));
    append_ids(traces.message_ids, field_of(message.header, "References"));
    append_ids(traces.message_ids, envelope_id);
    for (const std::string* text : {&message.disposition, &message.feedback}) {
        for (const FieldGroup& group : field_groups(*text)) {
            append_ids(traces.message_ids, known_value(group, "originalmessageid"));
            append_ids(traces.message_ids, known_value(group, "originalenvelopeid"));
        }
    }
    if (kind == Kind::unsubscribe) {
        append_tokens(traces.unsubscribe_tokens, field_of(message.header, "Subject"));
        for (const std::string_view name : {"To", "Delivered-To", "X-Original-To"})
            append_tokens(traces.unsubscribe_tokens, field_of(message.header, name));
    }
    return traces;
}

}  // namespace paperround::bounce

#include "bounce/webhook/sns_message.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "bounce/webhook/json_value.hpp"

namespace paperround::bounce {

namespace {

// In the order in which they are signed; one that is not there is left out.
constexpr std::array<std::string_view, 6> notification_fields{"Message",   "MessageId", "Subject",
                                                              "Timestamp", "TopicArn",  "Type"};
constexpr std::array<std::string_view, 7> subscription_fields{
    "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"};

std::string text_to_sign(const JsonValue& envelope, std::span<const std::string_view> fields) {
    std::string text;
    for (const std::string_view name : fields) {
        const JsonValue& value = envelope[name];
        if (value.kind != JsonValue::Kind::text) continue;
        text.append(name).append("\n").append(value.text).append("\n");
    }
    return text;
}

std::optional<SnsMessage::Type> type_in(std::string_view text) {
    if (text == "Notification") return SnsMessage::Type::notification;
    if (text == "SubscriptionConfirmation") return SnsMessage::Type::subscription;
    if (text == "UnsubscribeConfirmation") return SnsMessage::Type::unsubscription;
    return std::nullopt;
}

bool is_region(std::string_view text) {
    return !text.empty() && text.size() <= 32 && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(
               text, [](char c) { return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-'; });
}

// The host, where the URL is one of SNS; else empty.
std::string_view sns_host(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (!url.starts_with(scheme) || has_control_characters(url)) return {};
    url.remove_prefix(scheme.size());
    const std::string_view host = url.substr(0, url.find_first_of("/?#\\"));
    std::string_view region = host;
    if (!region.starts_with("sns.")) return {};
    region.remove_prefix(4);
    for (const std::string_view suffix : {".amazonaws.com", ".amazonaws.com.cn"}) {
        if (region.ends_with(suffix) && is_region(region.substr(0, region.size() - suffix.size())))
            return host;
    }
    return {};
}

}  // namespace

std::optional<SnsMessage> parse_sns(std::string_view body) {
    const auto envelope = parse_json(body);
    if (!envelope || !envelope->is_object()) return std::nullopt;
    const auto type = type_in((*envelope)["Type"].words());
    const auto at = parse_rfc3339((*envelope)["Timestamp"].words());
    auto signature = decode_base64((*envelope)["Signature"].words());
    const std::string_view version = (*envelope)["SignatureVersion"].words();
    if (!type || !at || !signature || (version != "1" && version != "2")) return std::nullopt;
    return SnsMessage{.type = *type,
                      .topic = (*envelope)["TopicArn"].text,
                      .message = (*envelope)["Message"].text,
                      .certificate_url = (*envelope)["SigningCertURL"].text,
                      .subscribe_url = (*envelope)["SubscribeURL"].text,
                      .hash = version == "1" ? Hash::sha1 : Hash::sha256,
                      .signature = std::move(*signature),
                      .signed_text = *type == SnsMessage::Type::notification
                                         ? text_to_sign(*envelope, notification_fields)
                                         : text_to_sign(*envelope, subscription_fields),
                      .at = *at};
}

bool is_sns_url(std::string_view url) {
    return !sns_host(url).empty();
}

bool is_sns_certificate_url(std::string_view url) {
    return is_sns_url(url) && url.ends_with(".pem") && url.find_first_of("?#\\") == std::string_view::npos;
}

}  // namespace paperround::bounce

// What Amazon's Simple Notification Service posts: an envelope with a signature, around what SES says or around a
// question whether the topic may send here. Pure and thread-safe.
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/public_key.hpp"

namespace paperround::bounce {

struct SnsMessage {
    enum class Type { notification, subscription, unsubscription };
    Type type = Type::notification;
    std::string topic;  // its ARN
    std::string message;
    std::string certificate_url;  // as it says; see is_sns_url
    std::string subscribe_url;    // to confirm a subscription
    Hash hash = Hash::sha256;     // of SignatureVersion 1: SHA-1
    std::string signature;        // octets
    std::string signed_text;      // what it is a signature of
    Time at{};

    [[nodiscard]] bool is_signed_by(const PublicKey& key) const {
        return key.verifies(hash, signed_text, signature);
    }
};

// Nothing for what is none: other JSON, another signature version, a time that is none.
[[nodiscard]] std::optional<SnsMessage> parse_sns(std::string_view body);

// Whether only Amazon can answer there: https, sns.<region>.amazonaws.com or .amazonaws.com.cn, no port, no user.
[[nodiscard]] bool is_sns_url(std::string_view url);
// The same, and a certificate: its path ends in .pem, and it has no query.
[[nodiscard]] bool is_sns_certificate_url(std::string_view url);

}  // namespace paperround::bounce

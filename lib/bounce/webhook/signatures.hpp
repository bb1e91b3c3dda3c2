// How the services sign what they send. Each is checked before anything of the request is believed. Whether a request
// is late (signed_for) is the caller's to check. Pure and thread-safe; linear in the input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/public_key.hpp"

namespace paperround::bounce {

// A signed request counts for so long: services try again for up to a day. It counts once, as events do.
inline constexpr auto signed_for = std::chrono::hours(25);
// Clocks differ.
inline constexpr auto signed_ahead = std::chrono::minutes(10);
[[nodiscard]] bool is_in_time(Time was_signed, Time now);

// SendGrid: ECDSA over X-Twilio-Email-Event-Webhook-Timestamp and the body, in -Signature as base64.
struct SendGridSignature {
    std::string_view timestamp;
    std::string_view signature;
};
// When it was signed; nothing where it was not.
[[nodiscard]] std::optional<Time> verify_sendgrid(const PublicKey& key, SendGridSignature signature,
                                                  std::string_view body);

// Mailgun: HMAC-SHA-256 over timestamp and token, in the body. It does not cover the event: whoever has seen a request
// could put another event into it, so a token counts for one body.
struct MailgunSignature {
    Time at{};
    std::string token;
};
[[nodiscard]] std::optional<MailgunSignature> verify_mailgun(std::string_view key, std::string_view body);

// Postmark, Mailjet, Brevo sign nothing: they send a secret, in the address or with Basic authentication (RFC 7617), as
// the password or as the whole "user:password". In constant time.
[[nodiscard]] bool has_secret(std::string_view secret, std::string_view in_path,
                              std::string_view authorization);

}  // namespace paperround::bounce

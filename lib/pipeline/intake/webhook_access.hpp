// A webhook with the secret that its configuration names, read and checked.
#pragma once

#include <optional>
#include <string>

#include "base/public_key.hpp"
#include "base/result.hpp"
#include "config/bounces.hpp"

namespace paperround::pipeline {

struct WebhookAccess {
    config::BounceWebhook webhook;
    std::string secret;            // what Mailgun signs with; what Postmark, Mailjet and Brevo send
    std::optional<PublicKey> key;  // of SendGrid
};
// Shorter secrets that are sent could be guessed.
constexpr std::size_t least_webhook_secret = 16;

// The failure is a line for the operator, without the secret.
[[nodiscard]] Result<WebhookAccess, std::string> read_webhook_access(const config::BounceWebhook& webhook);

}  // namespace paperround::pipeline

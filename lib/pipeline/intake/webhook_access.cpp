#include "pipeline/intake/webhook_access.hpp"

#include <fmt/format.h>

#include "config/secret_files.hpp"

namespace paperround::pipeline {

Result<WebhookAccess, std::string> read_webhook_access(const config::BounceWebhook& webhook) {
    using config::WebhookProvider;
    WebhookAccess access{.webhook = webhook, .secret = {}, .key = {}};
    if (webhook.provider == WebhookProvider::ses) return access;
    auto secret = config::read_webhook_secret(webhook);
    if (!secret) return failure(std::move(secret.error()));
    if (webhook.provider == WebhookProvider::sendgrid) {
        auto key = PublicKey::p256(*secret);
        if (!key)
            return failure(fmt::format("{}: {}: {}, as SendGrid shows it", webhook.source(),
                                       webhook.secret_file.string(), key.error()));
        access.key = std::move(*key);
        return access;
    }
    if (secret->size() < least_webhook_secret)
        return failure(fmt::format("{}: {}: expected at least {} characters", webhook.source(),
                                   webhook.secret_file.string(), least_webhook_secret));
    access.secret = std::move(*secret);
    return access;
}

}  // namespace paperround::pipeline

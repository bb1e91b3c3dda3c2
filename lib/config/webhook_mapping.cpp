#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_webhooks = 20;

Value<WebhookProvider> read_webhook_provider(const Node& node) {
    return read_choice<WebhookProvider>(node, {{"ses", WebhookProvider::ses},
                                               {"sendgrid", WebhookProvider::sendgrid},
                                               {"mailgun", WebhookProvider::mailgun},
                                               {"postmark", WebhookProvider::postmark},
                                               {"mailjet", WebhookProvider::mailjet},
                                               {"brevo", WebhookProvider::brevo}});
}

// arn:aws:sns:eu-west-1:123456789012:bounces
Value<std::string> read_topic(const Node& node) {
    auto text = read_text(node, "the ARN of a topic");
    if (!text) return text;
    const auto parts = split(*text, ':');
    const bool sound = parts.size() == 6 && parts[0] == "arn" && parts[1].starts_with("aws") &&
                       parts[2] == "sns" && !parts[3].empty() && !parts[4].empty() && !parts[5].empty();
    if (sound) return text;
    return failure(Complaint{
        fmt::format("expected the ARN of a topic such as arn:aws:sns:eu-west-1:123456789012:bounces, "
                    "got {}",
                    in_quotes(*text)),
        {}});
}

BounceWebhook read_webhook(const Entry& entry, const std::filesystem::path& folder, Report& report) {
    BounceWebhook webhook{.name = entry.name, .secret_file = {}, .topic = {}};
    if (!is_identifier(entry.name))
        report.add(entry.field.line, entry.field.path,
                   {"expected a name of a-z, 0-9, - and _: it is part of an address", {}});
    const Section section(entry.field, bounce_webhook_keys, report);
    section.require({"provider"});
    if (!section.read("provider", webhook.provider, read_webhook_provider)) return webhook;
    section.read("secret_file", webhook.secret_file, read_secret_file, folder);
    section.read("topic", webhook.topic, read_topic);
    const bool ses = webhook.provider == WebhookProvider::ses;
    section.require({ses ? "topic" : "secret_file"});
    if (ses && section.has("secret_file"))
        section.complain("secret_file", {"Amazon SES signs with certificates: there is no secret", {}});
    if (!ses && section.has("topic")) section.complain("topic", {"only Amazon SES has a topic", {}});
    return webhook;
}

}  // namespace

std::vector<BounceWebhook> read_webhooks(const Section& bounces, const std::filesystem::path& folder) {
    std::vector<BounceWebhook> webhooks;
    const Field* field = bounces.find("webhooks");
    if (field == nullptr) return webhooks;
    const auto entries = entries_of(*field, bounces.report());
    if (entries.size() > most_webhooks) {
        bounces.complain("webhooks", {fmt::format("expected at most {} webhooks", most_webhooks), {}});
        return webhooks;
    }
    for (const Entry& entry : entries) webhooks.push_back(read_webhook(entry, folder, bounces.report()));
    return webhooks;
}

}  // namespace paperround::config

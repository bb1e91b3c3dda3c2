#include "pipeline/intake/webhook_intake.hpp"

#include <algorithm>

#include "bounce/webhook/signatures.hpp"

namespace paperround::pipeline {

using config::WebhookProvider;

namespace {

// Of one transaction: nobody waits long for it.
constexpr std::size_t events_at_once = 100;

bounce::Events events_of(WebhookProvider provider, std::string_view body) {
    switch (provider) {
        case WebhookProvider::ses:
            return bounce::ses_events(body);
        case WebhookProvider::sendgrid:
            return bounce::sendgrid_events(body);
        case WebhookProvider::mailgun:
            return bounce::mailgun_events(body);
        case WebhookProvider::postmark:
            return bounce::postmark_events(body);
        case WebhookProvider::mailjet:
            return bounce::mailjet_events(body);
        case WebhookProvider::brevo:
            return bounce::brevo_events(body);
    }
    return failure(bounce::EventError::other_format);
}

bool sends_a_secret(WebhookProvider provider) {
    return provider == WebhookProvider::postmark || provider == WebhookProvider::mailjet ||
           provider == WebhookProvider::brevo;
}

}  // namespace

const WebhookAccess* WebhookIntake::find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        webhooks_, [name](const WebhookAccess& access) { return access.webhook.name == name; });
    return found == webhooks_.end() ? nullptr : &*found;
}

WebhookAnswer WebhookIntake::admit(const WebhookCall& call) const {
    const WebhookAccess* const access = find(call.name);
    if (access == nullptr) return WebhookAnswer::unknown;
    if (!sends_a_secret(access->webhook.provider)) return WebhookAnswer::taken;
    return bounce::has_secret(access->secret, call.secret, call.authorization) ? WebhookAnswer::taken
                                                                               : WebhookAnswer::unauthorised;
}

WebhookAnswer WebhookIntake::take(const WebhookCall& call) {
    if (const auto admitted = admit(call); admitted != WebhookAnswer::taken) return admitted;
    const WebhookAccess& access = *find(call.name);
    switch (access.webhook.provider) {
        case WebhookProvider::ses:
            return take_from_sns(access, call);
        case WebhookProvider::mailgun:
            return take_from_mailgun(access, call);
        case WebhookProvider::sendgrid: {
            const auto at = bounce::verify_sendgrid(
                *access.key, {.timestamp = call.sendgrid_timestamp, .signature = call.sendgrid_signature},
                call.body);
            if (!at || !bounce::is_in_time(*at, clock_.now())) return WebhookAnswer::forged;
            break;
        }
        default:
            break;
    }
    return commit(access, events_of(access.webhook.provider, call.body));
}

WebhookAnswer WebhookIntake::take_from_mailgun(const WebhookAccess& access, const WebhookCall& call) {
    const auto signature = bounce::verify_mailgun(access.secret, call.body);
    if (!signature || !bounce::is_in_time(signature->at, clock_.now())) return WebhookAnswer::forged;
    return commit(access, bounce::mailgun_events(call.body),
                  {.token = "mailgun " + signature->token, .body = call.body});
}

WebhookAnswer WebhookIntake::take_from_sns(const WebhookAccess& access, const WebhookCall& call) {
    using Type = bounce::SnsMessage::Type;
    const auto message = bounce::parse_sns(call.body);
    if (!message || message->topic != access.webhook.topic || !bounce::is_in_time(message->at, clock_.now()))
        return WebhookAnswer::forged;
    switch (sns_.judge(*message)) {
        case SnsGate::Verdict::forged:
            return WebhookAnswer::forged;
        case SnsGate::Verdict::unknown:
            return WebhookAnswer::later;
        case SnsGate::Verdict::genuine:
            break;
    }
    if (message->type == Type::notification) {
        auto events = bounce::ses_events(message->message);
        // SES and SNS write a sentence to a topic to try it.
        if (!events) return WebhookAnswer::taken;
        return commit(access, std::move(events));
    }
    if (message->type == Type::unsubscription) {
        events_.webhook_subscription(access.webhook.source(), false);
        return WebhookAnswer::taken;
    }
    if (!sns_.confirm(*message)) return WebhookAnswer::later;
    events_.webhook_subscription(access.webhook.source(), true);
    return WebhookAnswer::taken;
}

// In several transactions where there are many: what is committed when a later one fails does nothing when it comes again.
WebhookAnswer WebhookIntake::commit(const WebhookAccess& access, bounce::Events events, const OneUse& once) {
    if (!events) return WebhookAnswer::unreadable;
    const std::string source = access.webhook.source();
    std::span<bounce::Event> rest = *events;
    do {
        const auto some = rest.subspan(0, std::min(events_at_once, rest.size()));
        std::optional<std::vector<TakenMail>> taken;
        {
            const Lock lock(mutex_);
            if (intake_.is_early(some)) return WebhookAnswer::later;
            taken = intake_.take_events(some, source, once);
        }
        if (!taken) return WebhookAnswer::forged;
        for (const TakenMail& mail : *taken) {
            for (const TakenReport& report : mail.reports) events_.report_taken(source, report);
        }
        rest = rest.subspan(some.size());
    } while (!rest.empty());
    return WebhookAnswer::taken;
}

}  // namespace paperround::pipeline

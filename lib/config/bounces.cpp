#include "config/bounces.hpp"

#include <fmt/format.h>

#include "base/address/url.hpp"

namespace paperround::config {

std::string BounceMailbox::name() const {
    if (kind == MailboxKind::maildir) return fmt::format("maildir {}", maildir.string());
    return fmt::format("{} {}@{}:{}", kind == MailboxKind::imap ? "imap" : "pop3", username, host, port);
}

Tls BounceMailbox::effective_tls() const {
    if (tls) return *tls;
    return implicit_tls || !is_local() ? Tls::required : Tls::opportunistic;
}

std::string_view to_string(WebhookProvider provider) {
    switch (provider) {
        case WebhookProvider::ses:
            return "ses";
        case WebhookProvider::sendgrid:
            return "sendgrid";
        case WebhookProvider::mailgun:
            return "mailgun";
        case WebhookProvider::postmark:
            return "postmark";
        case WebhookProvider::mailjet:
            return "mailjet";
        case WebhookProvider::brevo:
            return "brevo";
    }
    return "?";
}

bool BounceMailbox::is_local() const {
    return is_loopback(host);
}

}  // namespace paperround::config

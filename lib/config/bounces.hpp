// Where what comes back arrives, and how it is addressed. Plain values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/server_login.hpp"

namespace paperround::config {

enum class MailboxKind { maildir, imap, pop3 };

struct BounceMailbox {
    MailboxKind kind = MailboxKind::maildir;
    std::filesystem::path maildir;
    // Of a server:
    std::string host;
    std::uint16_t port = 0;
    bool implicit_tls = false;      // imaps, pop3s
    std::optional<Tls> tls;         // unset: required, but opportunistic on loopback
    std::filesystem::path ca_file;  // empty: the system's
    std::string username;
    std::filesystem::path password_file;
    std::optional<OAuth> oauth;  // instead of password_file
    // Of IMAP:
    std::string folder = "INBOX";
    std::string unreadable_folder = "Unreadable";  // made where it is missing
    bool operator==(const BounceMailbox&) const = default;

    // As reports and the journal call it: "maildir /var/mail/bounces", "imap bounces@mail.example.org".
    [[nodiscard]] std::string name() const;
    [[nodiscard]] Tls effective_tls() const;
    // Whether a certificate has to be verified: nowhere but on this machine it need not be.
    [[nodiscard]] bool is_local() const;
};

// Mail services that tell of bounces and complaints by HTTP.
enum class WebhookProvider { ses, sendgrid, mailgun, postmark, mailjet, brevo };
[[nodiscard]] std::string_view to_string(WebhookProvider provider);

struct BounceWebhook {
    std::string name;  // of its path, /hook/NAME
    WebhookProvider provider = WebhookProvider::ses;
    std::filesystem::path secret_file;  // what the service signs with, or sends; SES has none
    std::string topic;                  // of SES: the ARN of the only topic that may send
    bool operator==(const BounceWebhook&) const = default;

    // As reports and the journal call it: "webhook NAME".
    [[nodiscard]] std::string source() const { return "webhook " + name; }
};

struct Bounces {
    std::string domain;  // of return paths and addresses to leave; empty: bounces go to the sender's address
    std::vector<BounceMailbox> mailboxes;
    std::vector<BounceWebhook> webhooks;  // in the order of the file
    bool operator==(const Bounces&) const = default;
};

}  // namespace paperround::config

// Where what comes back arrives, and how it is addressed. Plain values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
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

struct Bounces {
    std::string domain;  // of return paths and addresses to leave; empty: bounces go to the sender's address
    std::vector<BounceMailbox> mailboxes;
    bool operator==(const Bounces&) const = default;
};

}  // namespace paperround::config

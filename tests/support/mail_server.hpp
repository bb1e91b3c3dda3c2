// Whole mail servers, each started by its constructor, listening when that returns, and ended with the
// object.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/smtp_servers.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

// A mail server in its own namespaces: needs root. Postfix, Exim, OpenSMTPD, Courier, qpsmtpd and Haraka keep
// what they get; Dovecot, nginx and HAProxy pass it on to a server behind them; a post office (Postfix and Dovecot) reports
// back what it cannot deliver. See servers/mail_server.py.
class MailServer {
  public:
    enum class Product {
        postfix,
        exim,
        opensmtpd,
        courier,
        qpsmtpd,
        haraka,
        dovecot,
        nginx,
        haproxy,
        mailbox,
        post_office
    };
    struct Options {
        const TestAuthority* authority = nullptr;  // offers STARTTLS with it
        std::string refuse;                        // "sender" or "relay": at RCPT, in the product's words
        std::vector<std::string> set;              // NAME=VALUE, settings in the product's own terms
        std::uint16_t behind = 0;                  // port of the server behind it
    };
    explicit MailServer(Product product, const Options& options);
    explicit MailServer(Product product) : MailServer(product, Options{}) {}
    ~MailServer();
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Of a mailbox (Dovecot with IMAP or POP3; any user with the password "p"): its Maildir. Of a post office: the folder of its users' Maildirs.
    [[nodiscard]] std::filesystem::path maildir() const { return folder_.path() / "mail"; }
    [[nodiscard]] std::string log() const;
    // Number of accepted messages; only for servers that keep what they get.
    [[nodiscard]] std::size_t taken() const;
    // Their recipients, in any order; only for Courier, qpsmtpd and Haraka.
    [[nodiscard]] std::vector<std::string> recipients() const;

  private:
    Product product_;
    TempDir folder_;
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

}  // namespace paperround::test

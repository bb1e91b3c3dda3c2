// Whole mail servers that others wrote, each started by its constructor, listening when that returns, and
// ended with the object.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/smtp_servers.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

// A mail server that others wrote, in namespaces of its own: needs root. Postfix, Exim and OpenSMTPD keep
// what they get, and so do Courier, qpsmtpd and Haraka; Dovecot, nginx and HAProxy pass it on to a server
// behind them. See servers/mail_server.py.
class MailServer {
  public:
    enum class Product { postfix, exim, opensmtpd, courier, qpsmtpd, haraka, dovecot, nginx, haproxy };
    struct Options {
        const TestAuthority* authority = nullptr;  // with it STARTTLS is offered
        std::string refuse;                        // "sender" or "relay": at RCPT, in the product's words
        std::vector<std::string> set;              // NAME=VALUE, settings in the product's own terms
        std::uint16_t behind = 0;                  // the port of the server that it passes mail on to
    };
    explicit MailServer(Product product, const Options& options);
    explicit MailServer(Product product) : MailServer(product, Options{}) {}
    ~MailServer();
    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string log() const;
    // Messages that it says it has taken; of those that keep what they get.
    [[nodiscard]] std::size_t taken() const;
    // For whom it has taken them, in no order; of Courier, qpsmtpd and Haraka.
    [[nodiscard]] std::vector<std::string> recipients() const;

  private:
    Product product_;
    TempDir folder_;
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

}  // namespace paperround::test

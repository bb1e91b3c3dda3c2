// Real SMTP servers on loopback ports, each started by its constructor, listening when that returns, and
// ended with the object: Postfix's smtp-sink, aiosmtpd (STARTTLS, AUTH, Maildir), and a scripted one. For
// whole mail servers see support/mail_server.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

// A relay on 127.0.0.1 without TLS, with short time-outs.
[[nodiscard]] config::Relay relay_on(std::uint16_t port);

// A certificate authority, and a certificate for localhost and 127.0.0.1 signed by it, made by openssl.
class TestAuthority {
  public:
    TestAuthority();
    [[nodiscard]] std::filesystem::path ca() const { return folder_ / "ca.pem"; }
    [[nodiscard]] std::filesystem::path certificate() const { return folder_ / "cert.pem"; }
    [[nodiscard]] std::filesystem::path key() const { return folder_ / "key.pem"; }

  private:
    TempDir folder_;
};

// Accepts everything and keeps nothing. Options as in smtp-sink(1): -p no pipelining, -q/-r/-s commands to
// refuse …
class SmtpSink {
  public:
    explicit SmtpSink(const std::vector<std::string>& options = {});
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

class AiosmtpdServer {
  public:
    enum class Tls { none, starttls, implicit };
    struct Options {
        Tls tls = Tls::none;
        const TestAuthority* authority = nullptr;  // needed with TLS
        std::string user;                          // empty: no AUTH
        std::string password;
        std::uint64_t size_limit = 33'554'432;
    };
    explicit AiosmtpdServer(const Options& options);
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // The messages stored so far, as received (LF line ends, with X-Peer and the like added by the server).
    [[nodiscard]] std::vector<std::string> messages() const;
    // Its log: JSON lines, see servers/aiosmtpd_server.py.
    [[nodiscard]] std::string log() const { return process_->output(); }

  private:
    TempDir folder_;
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

// A proxy in front of a server that counts how often the client waited for it. See servers/turn_proxy.py.
class TurnProxy {
  public:
    // With an authority it speaks TLS from the first octet, for a server that cannot.
    explicit TurnProxy(std::uint16_t target, const TestAuthority* authority = nullptr);
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Number of connections that have ended.
    [[nodiscard]] std::size_t connections() const;
    [[nodiscard]] std::size_t turns() const;

  private:
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

// Answers exactly what its script (JSON, see servers/scripted_smtp.py) says.
class ScriptedSmtp {
  public:
    explicit ScriptedSmtp(const std::string& script, const TestAuthority* authority = nullptr);
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // JSON lines: commands, messages, connections.
    [[nodiscard]] std::string log() const { return process_->output(); }
    // How often the log contains a text, for example `"command": "RSET"`.
    [[nodiscard]] std::size_t count(const std::string& text) const;

  private:
    TempDir folder_;
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

}  // namespace paperround::test

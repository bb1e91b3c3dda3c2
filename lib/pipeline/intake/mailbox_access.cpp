#include "pipeline/intake/mailbox_access.hpp"

#include "base/encoding.hpp"
#include "net/curl_mailbox.hpp"

namespace paperround::pipeline {

namespace {

net::MailboxServer::Tls tls_of(const config::BounceMailbox& mailbox) {
    using Tls = net::MailboxServer::Tls;
    if (mailbox.implicit_tls) return Tls::implicit;
    switch (mailbox.effective_tls()) {
        case config::Tls::required:
            return Tls::required;
        case config::Tls::opportunistic:
            return Tls::if_offered;
        case config::Tls::never:
            break;
    }
    return Tls::none;
}

// Where it is, and the password.
net::MailboxServer server_of(const MailboxAccess& access) {
    const config::BounceMailbox& mailbox = access.mailbox;
    return {.protocol = mailbox.kind == config::MailboxKind::imap ? net::MailboxServer::Protocol::imap
                                                                  : net::MailboxServer::Protocol::pop3,
            .host = mailbox.host,
            .port = mailbox.port,
            .tls = tls_of(mailbox),
            // On this machine a password stays on it, unless a certificate was asked for.
            .verify = !mailbox.is_local() || !mailbox.ca_file.empty() ||
                      mailbox.effective_tls() == config::Tls::required,
            .ca_file = mailbox.ca_file,
            .username = mailbox.username,
            .password = access.password,
            .access_token = {},
            .folder = mailbox.folder,
            .unreadable_folder = mailbox.unreadable_folder};
}

}  // namespace

std::filesystem::path refresh_token_file_of(const config::BounceMailbox& mailbox,
                                            const std::filesystem::path& data_dir) {
    return data_dir / ("oauth-mailbox-" + mailbox.host + "-" + percent_encode(mailbox.username));
}

Result<void, std::string> try_mailbox(const MailboxAccess& access) {
    net::MailboxServer server = server_of(access);
    server.connect_timeout = server.patience = std::chrono::seconds(5);
    const std::atomic<bool> never = false;
    auto listed = net::CurlMailbox(std::move(server), never).list(1);
    if (!listed) return failure(std::move(listed.error()));
    return {};
}

Result<std::unique_ptr<net::RemoteMailbox>, std::string> open_remote_mailbox(
    const MailboxAccess& access, const std::atomic<bool>& cancelled) {
    net::MailboxServer server = server_of(access);
    if (access.tokens != nullptr) {
        auto token = access.tokens->token();
        if (!token) return failure(std::move(token.error()));
        server.access_token = std::move(*token);
    }
    return std::make_unique<net::CurlMailbox>(std::move(server), cancelled);
}

}  // namespace paperround::pipeline

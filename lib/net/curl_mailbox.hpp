// RemoteMailbox over libcurl. Commands are ours where libcurl has none; it opens the connection, negotiates TLS and logs
// in. With POP3 a connection that broke is not opened again within a session, since its numbers are those of one connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "net/curl_library.hpp"
#include "net/remote_mailbox.hpp"

namespace paperround::net {

struct MailboxServer {
    enum class Protocol { imap, pop3 };
    enum class Tls { none, if_offered, required, implicit };
    Protocol protocol = Protocol::imap;
    std::string host;
    std::uint16_t port = 0;
    Tls tls = Tls::required;
    bool verify = true;             // the server's certificate
    std::filesystem::path ca_file;  // empty: the system's
    std::string username;
    std::string password;
    std::string access_token;  // instead of the password
    std::string folder;        // of IMAP; ASCII without quotation marks, as the next
    std::string unreadable_folder;
    Duration connect_timeout = std::chrono::seconds(30);
    Duration patience = std::chrono::minutes(2);  // for each command
};

class CurlMailbox final : public RemoteMailbox {
  public:
    // `cancelled` ends what goes on, within a second.
    CurlMailbox(MailboxServer server, const std::atomic<bool>& cancelled);
    ~CurlMailbox() override;
    CurlMailbox(const CurlMailbox&) = delete;
    CurlMailbox& operator=(const CurlMailbox&) = delete;

    [[nodiscard]] Result<std::vector<ListedMail>, std::string> list(std::size_t most) override;
    [[nodiscard]] Result<std::string, std::string> fetch(std::uint32_t number, std::uint64_t limit) override;
    [[nodiscard]] Result<std::string, std::string> header(std::uint32_t number, std::uint64_t limit) override;
    [[nodiscard]] Result<void, std::string> remove(std::span<const std::uint32_t> numbers) override;
    [[nodiscard]] Result<bool, std::string> put_aside(std::uint32_t number) override;

  private:
    struct Command;
    struct Answer;
    struct Session;
    [[nodiscard]] Answer run(const Command& command);
    [[nodiscard]] Result<std::string, std::string> asked(const Command& command);
    [[nodiscard]] Result<std::vector<ListedMail>, std::string> list_imap(std::size_t most);
    [[nodiscard]] Result<std::vector<ListedMail>, std::string> list_pop3(std::size_t most);
    void mark_listed_as_seen();
    [[nodiscard]] std::string folder_url() const;

    CurlLibrary library_;
    MailboxServer server_;
    std::unique_ptr<Session> session_;
};

}  // namespace paperround::net

// How a mailbox of what comes back is reached: what the configuration says, and the secrets that it names.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/bounces.hpp"
#include "net/remote_mailbox.hpp"
#include "smtp/login.hpp"

namespace paperround::pipeline {

struct MailboxAccess {
    config::BounceMailbox mailbox;
    std::string password;
    std::shared_ptr<smtp::TokenSource> tokens = nullptr;  // instead of the password
};

// Where the latest refresh token of the mailbox's user is kept: one for each user of a server, since a provider has many.
[[nodiscard]] std::filesystem::path refresh_token_file_of(const config::BounceMailbox& mailbox,
                                                          const std::filesystem::path& data_dir);

// Begins a session. The failure is a line for a person: there is no access token, say.
using OpenMailbox = std::function<Result<std::unique_ptr<net::RemoteMailbox>, std::string>(
    const MailboxAccess& access, const std::atomic<bool>& cancelled)>;

// Logs in over the network with the password and looks into the folder, for two times five seconds at most. The failure
// is a line for a person.
[[nodiscard]] Result<void, std::string> try_mailbox(const MailboxAccess& access);

// Over the network.
[[nodiscard]] Result<std::unique_ptr<net::RemoteMailbox>, std::string> open_remote_mailbox(
    const MailboxAccess& access, const std::atomic<bool>& cancelled);

}  // namespace paperround::pipeline

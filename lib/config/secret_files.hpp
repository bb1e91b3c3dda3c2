// Reads secrets from the files that the settings name. A file that others than its owner and group can read
// is refused. An error is one line that names the file and what to do, and never quotes the content.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace paperround::config {

// Reads one line of at most 4 KiB, without a byte-order mark in front and without line ends. `what` names the
// file in errors: "password file".
[[nodiscard]] Result<std::string, std::string> read_secret_line(const std::filesystem::path& file,
                                                                std::string_view what);
// The password of a relay, read in the same way.
[[nodiscard]] Result<std::string, std::string> read_password(const Relay& relay);
// The secrets of a relay's `oauth`: the client secret and the first refresh token. Each is empty if no file
// is named.
struct OAuthSecrets {
    std::string client_secret;
    std::string refresh_token;
};
[[nodiscard]] Result<OAuthSecrets, std::string> read_oauth_secrets(const Relay& relay);
// The same of a mailbox: the password, or what `oauth` names.
[[nodiscard]] Result<std::string, std::string> read_password(const BounceMailbox& mailbox);
[[nodiscard]] Result<OAuthSecrets, std::string> read_oauth_secrets(const BounceMailbox& mailbox);
// What a webhook's secret_file holds: one line, or for SendGrid a public key, in PEM too.
[[nodiscard]] Result<std::string, std::string> read_webhook_secret(const BounceWebhook& webhook);
// A DKIM key as PEM: at most 64 KiB.
[[nodiscard]] Result<std::string, std::string> read_dkim_key(const DkimDomain& domain,
                                                             const DkimKeyFile& key);

}  // namespace paperround::config

// Secrets, from the files that the settings name. Refused is a file that others than its owner (and group)
// can read. The errors are one line, with the file and what to do; never put a value in a message.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace paperround::config {

// One line of at most 4 KiB, without the byte-order mark before it and the line ends behind it. `what` names
// the file in errors: "password file".
[[nodiscard]] Result<std::string, std::string> read_secret_line(const std::filesystem::path& file,
                                                                std::string_view what);
// The password of a relay, likewise.
[[nodiscard]] Result<std::string, std::string> read_password(const Relay& relay);
// What a relay's oauth names: the client's secret and the first refresh token, each empty where none is
// named.
struct OAuthSecrets {
    std::string client_secret;
    std::string refresh_token;
};
[[nodiscard]] Result<OAuthSecrets, std::string> read_oauth_secrets(const Relay& relay);
// A DKIM key as PEM: at most 64 KiB.
[[nodiscard]] Result<std::string, std::string> read_dkim_key(const DkimDomain& domain,
                                                             const DkimKeyFile& key);

}  // namespace paperround::config

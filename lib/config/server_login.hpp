// How we speak to a server that asks who we are: a relay, a mailbox. Plain values.
#pragma once

#include <filesystem>
#include <string>

namespace paperround::config {

enum class Tls { required, opportunistic, never };

// How access tokens for a server are obtained (RFC 6749): with a refresh token if there is one, otherwise with
// client credentials.
struct OAuth {
    std::string token_url;  // https; http on loopback only
    std::string client_id;
    std::filesystem::path client_secret_file;  // empty: a public client
    std::string scope;
    std::filesystem::path refresh_token_file;  // the first one; those that replace it are kept
    bool operator==(const OAuth&) const = default;
};

}  // namespace paperround::config

// How sessions of one relay log in.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "net/form_client.hpp"
#include "pipeline/courier/relay_tokens.hpp"
#include "smtp/login.hpp"
#include "smtp/relay_memory.hpp"

namespace paperround::pipeline {

struct RelayAccess {
    config::Relay relay;
    std::unique_ptr<RelayTokens> tokens;  // for a relay that takes access tokens
    smtp::Credentials credentials;        // refers to `tokens`
    std::string default_ehlo;             // this host's full name
    std::unique_ptr<smtp::RelayMemory> memory = std::make_unique<smtp::RelayMemory>();
};

// Reads the relay's secrets. `client` fetches access tokens. The failure is a problem of the configuration,
// in one line that names the relay.
[[nodiscard]] Result<RelayAccess, std::string> relay_access(const config::Relay& relay,
                                                            const std::filesystem::path& data_dir,
                                                            std::shared_ptr<net::FormClient> client,
                                                            const Clock& clock);

}  // namespace paperround::pipeline

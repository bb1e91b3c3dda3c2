#include "pipeline/courier/relay_access.hpp"

#include <utility>

#include "base/address/host_name.hpp"
#include "config/secret_files.hpp"

namespace paperround::pipeline {

Result<RelayAccess, std::string> relay_access(const config::Relay& relay,
                                              const std::filesystem::path& data_dir,
                                              std::shared_ptr<net::FormClient> client, const Clock& clock) {
    RelayAccess access{.relay = relay, .tokens = {}, .credentials = {}, .default_ehlo = full_host_name()};
    if (relay.oauth) {
        auto secrets = config::read_oauth_secrets(relay);
        if (!secrets) return failure(std::move(secrets.error()));
        access.tokens = std::make_unique<RelayTokens>(
            *relay.oauth, std::move(*secrets), data_dir / ("oauth-" + relay.name), std::move(client), clock);
        access.credentials.tokens = access.tokens.get();
    } else if (!relay.username.empty()) {
        auto password = config::read_password(relay);
        if (!password) return failure(std::move(password.error()));
        access.credentials.password = std::move(*password);
    }
    return access;
}

}  // namespace paperround::pipeline

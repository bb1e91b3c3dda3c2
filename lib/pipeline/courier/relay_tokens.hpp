// The access tokens of one relay (RFC 6749): fetched from its token endpoint when a session first needs one,
// kept in memory, renewed before they expire or when the relay refuses them. One renewal serves all couriers:
// those that ask meanwhile wait for it, and get its failure too. While an endpoint is down, a token that has
// not expired yet is still used.
//
// With a refresh token: if the server replaces it, the new one is written into `kept_file` (mode 0600) before
// the access token that came with it is used, beside a hash of the operator's token. If the operator
// configures another token later, that one counts. The file is read again before each renewal, since `preview
// --send` may have renewed too.
//
// Thread-safe. No error contains a secret.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "config/secret_files.hpp"
#include "config/settings.hpp"
#include "net/form_client.hpp"
#include "pipeline/courier/token_reply.hpp"
#include "smtp/login.hpp"

namespace paperround::pipeline {

class RelayTokens final : public smtp::TokenSource {
  public:
    RelayTokens(config::OAuth oauth, config::OAuthSecrets secrets, std::filesystem::path kept_file,
                std::shared_ptr<net::FormClient> client, const Clock& clock);

    [[nodiscard]] Result<std::string, std::string> token() override;
    void refused(std::string_view token) override;

  private:
    struct Token {
        std::string words;
        Time renew;    // from then on a new one is fetched if possible
        Time expires;  // valid until then
    };
    [[nodiscard]] Result<TokenReply, std::string> fetch() REQUIRES(mutex_);
    [[nodiscard]] net::FormRequest request() const REQUIRES(mutex_);
    [[nodiscard]] Result<void, std::string> keep(const std::string& refresh_token) REQUIRES(mutex_);
    void read_kept() REQUIRES(mutex_);
    [[nodiscard]] std::string without_secrets(std::string text) const REQUIRES(mutex_);

    const config::OAuth oauth_;
    const config::OAuthSecrets secrets_;
    const std::filesystem::path kept_file_;
    const std::shared_ptr<net::FormClient> client_;
    const Clock& clock_;
    Mutex mutex_;  // held while a token is fetched
    std::optional<Token> token_ GUARDED_BY(mutex_);
    std::string refresh_token_ GUARDED_BY(mutex_);  // current one; empty: client credentials
    bool unkept_ GUARDED_BY(mutex_) = false;        // it could not be written yet
    std::string failure_ GUARDED_BY(mutex_);        // of the last fetch; empty: it succeeded
    Time failed_ GUARDED_BY(mutex_){};
};

}  // namespace paperround::pipeline

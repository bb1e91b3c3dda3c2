// The access tokens of one relay (RFC 6749): fetched from its token endpoint when a session first wants one,
// kept in memory, renewed before they expire or when the relay refuses them. One renewal serves all couriers:
// who asks meanwhile waits for it, and hears of it too where it failed. While an endpoint is down, a token
// that has not expired yet goes on being used.
//
// With a refresh token: where the server gives another in its place, that is written into `kept_file` (mode
// 0600) before anything is done with what came with it, beside a hash of the token that the operator gave.
// Who gives another later means that one. The file is read again before each renewal, since `preview --send`
// may have renewed too.
//
// Thread-safe. No secret is in any error.
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
#include "pipeline/token_reply.hpp"
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
        Time renew;    // from then on another is fetched, if it can be had
        Time expires;  // until then this one will do
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
    std::string refresh_token_ GUARDED_BY(mutex_);  // the one to use; empty: client credentials
    bool unkept_ GUARDED_BY(mutex_) = false;        // it could not be written yet
    std::string failure_ GUARDED_BY(mutex_);        // of the last fetch; empty: it went well
    Time failed_ GUARDED_BY(mutex_){};
};

}  // namespace paperround::pipeline

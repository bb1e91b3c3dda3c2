#include "pipeline/courier/relay_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {
constexpr Duration ahead_of_expiry = 5min;
constexpr Duration between_failures = 1min;
// Threads that waited for a fetch that failed get its failure instead of trying in turn.
constexpr Duration failure_stands = 3s;
constexpr std::uint64_t longest_kept = 16'384;
}  // namespace

RelayTokens::RelayTokens(config::OAuth oauth, config::OAuthSecrets secrets, std::filesystem::path kept_file,
                         std::shared_ptr<net::FormClient> client, const Clock& clock)
    : oauth_(std::move(oauth)),
      secrets_(std::move(secrets)),
      kept_file_(std::move(kept_file)),
      client_(std::move(client)),
      clock_(clock),
      refresh_token_(secrets_.refresh_token) {}

Result<std::string, std::string> RelayTokens::token() {
    const Lock lock(mutex_);
    const Time now = clock_.now();
    if (token_ && !unkept_ && now < token_->renew) return token_->words;
    const Duration since_failure = now - failed_;
    if (!failure_.empty() && since_failure >= Duration(0) && since_failure < failure_stands)
        return failure(failure_);
    auto fetched = fetch();
    if (fetched) {
        failure_.clear();
        const Duration early = std::min<Duration>(ahead_of_expiry, fetched->lifetime / 2);
        token_ =
            Token{std::move(fetched->access_token), now + fetched->lifetime - early, now + fetched->lifetime};
        return token_->words;
    }
    if (token_ && !unkept_ && now < token_->expires) {
        token_->renew = now + between_failures;
        return token_->words;
    }
    failure_ = fmt::format("no access token: {}", without_secrets(std::move(fetched.error())));
    failed_ = clock_.now();
    return failure(failure_);
}

void RelayTokens::refused(std::string_view token) {
    const Lock lock(mutex_);
    if (token_ && token_->words == token) token_.reset();
}

Result<TokenReply, std::string> RelayTokens::fetch() {
    if (unkept_) {
        if (auto kept = keep(refresh_token_); !kept) return failure(std::move(kept.error()));
    } else if (!refresh_token_.empty()) {
        read_kept();
    }
    try {
        auto answer = client_->post(request());
        if (!answer) return failure(std::move(answer.error().message));
        auto reply = parse_token_reply(answer->status, answer->body);
        if (!reply) return failure(fmt::format("{}: {}", oauth_.token_url, reply.error()));
        const bool replaced = !reply->refresh_token.empty() && reply->refresh_token != refresh_token_;
        if (replaced && !refresh_token_.empty()) {
            refresh_token_ = reply->refresh_token;
            unkept_ = true;
            if (auto kept = keep(refresh_token_); !kept) return failure(std::move(kept.error()));
        }
        return reply;
    } catch (const net::Cancelled&) {
        return failure(std::string("we were told to stop"));
    }
}

net::FormRequest RelayTokens::request() const {
    net::FormRequest request{.url = oauth_.token_url, .reach = net::Reach::anywhere};
    const auto add = [&request](std::string name, const std::string& value) {
        if (!value.empty()) request.fields.emplace_back(std::move(name), value);
    };
    add("grant_type", refresh_token_.empty() ? "client_credentials" : "refresh_token");
    add("refresh_token", refresh_token_);
    add("client_id", oauth_.client_id);
    add("client_secret", secrets_.client_secret);
    add("scope", oauth_.scope);
    return request;
}

Result<void, std::string> RelayTokens::keep(const std::string& refresh_token) {
    const std::string content = hex(sha256(secrets_.refresh_token)) + "\n" + refresh_token + "\n";
    if (auto written = write_file_atomically(kept_file_, content, 0600); !written)
        return failure(fmt::format("the new refresh token cannot be kept: {}", written.error().message));
    unkept_ = false;
    return {};
}

void RelayTokens::read_kept() {
    const auto content = read_file(kept_file_, longest_kept);
    if (!content) return;
    const auto lines = split(*content, '\n');
    const bool of_this_one = lines.size() >= 2 && lines[0] == hex(sha256(secrets_.refresh_token));
    if (of_this_one && !lines[1].empty()) refresh_token_ = lines[1];
}

// A server's answer may repeat the request.
std::string RelayTokens::without_secrets(std::string text) const {
    for (const std::string* secret : {&secrets_.client_secret, &secrets_.refresh_token, &refresh_token_}) {
        if (!secret->empty()) text = replace_all(text, *secret, "***");
    }
    return text;
}

}  // namespace paperround::pipeline

#include "config/secret_files.hpp"

#include <fmt/format.h>

#include "base/environment.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace paperround::config {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t longest_password = 4096;
constexpr std::uint64_t longest_key = 65'536;

// The loader has made the path absolute; it is relative only in settings that code has made.
fs::path locate(const fs::path& file) {
    std::error_code ignored;
    const auto credentials = environment("CREDENTIALS_DIRECTORY");
    if (credentials && fs::exists(fs::path(*credentials) / file, ignored))
        return fs::path(*credentials) / file;
    return file;
}

// The content of a file that only its owner, and at most a group, may read.
Result<std::string, std::string> read_secret(const fs::path& named, std::string_view what,
                                             std::uint64_t limit) {
    const fs::path file = locate(named);
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found)
        return failure(fmt::format("there is no {} {}", what, file.string()));
    if (status.type() != fs::file_type::regular)
        return failure(fmt::format("{} is not a regular file", file.string()));
    if ((status.permissions() & fs::perms::others_read) != fs::perms::none)
        return failure(fmt::format("everybody can read {}: chmod 600 it", file.string()));
    if ((status.permissions() & fs::perms::others_write) != fs::perms::none)
        return failure(fmt::format("everybody may write {}: chmod 600 it", file.string()));
    auto content = read_file(file, limit);
    if (!content) return failure(std::move(content.error().message));
    return std::move(*content);
}

}  // namespace

Result<std::string, std::string> read_secret_line(const fs::path& file, std::string_view what) {
    auto content = read_secret(file, what, longest_password);
    if (!content) return content;
    std::string_view line = *content;
    // Editors on Windows begin a file with a byte-order mark. It and the line end are not part of the secret.
    if (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff"))
        return failure(fmt::format("{} is UTF-16: save it as UTF-8", file.string()));
    if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return failure(fmt::format("{} is empty", file.string()));
    if (has_control_characters(line))
        return failure(fmt::format("{} holds more than one line, or control characters", file.string()));
    return std::string(line);
}

namespace {

Result<std::string, std::string> read_password_of(std::string_view owner, const fs::path& file) {
    auto password = read_secret_line(file, "password file");
    if (!password) return failure(fmt::format("{}: {}", owner, password.error()));
    return password;
}

Result<OAuthSecrets, std::string> read_oauth_secrets_of(std::string_view owner, const OAuth& oauth) {
    OAuthSecrets secrets;
    const auto read = [](const fs::path& file, std::string_view what, std::string& target) {
        if (file.empty()) return Result<void, std::string>();
        auto line = read_secret_line(file, what);
        if (!line) return Result<void, std::string>(failure(std::move(line.error())));
        target = std::move(*line);
        return Result<void, std::string>();
    };
    auto done = read(oauth.client_secret_file, "client secret file", secrets.client_secret);
    if (done) done = read(oauth.refresh_token_file, "refresh token file", secrets.refresh_token);
    if (!done) return failure(fmt::format("{}: {}", owner, done.error()));
    return secrets;
}

}  // namespace

Result<std::string, std::string> read_password(const Relay& relay) {
    return read_password_of("relay " + relay.name, relay.password_file);
}

Result<OAuthSecrets, std::string> read_oauth_secrets(const Relay& relay) {
    return read_oauth_secrets_of("relay " + relay.name, relay.oauth.value_or(OAuth()));
}

Result<std::string, std::string> read_password(const BounceMailbox& mailbox) {
    return read_password_of(mailbox.name(), mailbox.password_file);
}

Result<OAuthSecrets, std::string> read_oauth_secrets(const BounceMailbox& mailbox) {
    return read_oauth_secrets_of(mailbox.name(), mailbox.oauth.value_or(OAuth()));
}

Result<std::string, std::string> read_webhook_secret(const BounceWebhook& webhook) {
    auto secret = webhook.provider == WebhookProvider::sendgrid
                      ? read_secret(webhook.secret_file, "secret file", longest_key)
                      : read_secret_line(webhook.secret_file, "secret file");
    if (!secret) return failure(fmt::format("{}: {}", webhook.source(), secret.error()));
    return secret;
}

Result<std::string, std::string> read_dkim_key(const DkimDomain& domain, const DkimKeyFile& key) {
    auto content = read_secret(key.key_file, "key file", longest_key);
    if (!content) return failure(fmt::format("dkim {}: {}", domain.domain, content.error()));
    return std::move(*content);
}

}  // namespace paperround::config

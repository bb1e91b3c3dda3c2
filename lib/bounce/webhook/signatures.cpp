#include "bounce/webhook/signatures.hpp"

#include <charconv>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "bounce/webhook/json_value.hpp"

namespace paperround::bounce {

namespace {

constexpr std::size_t longest_mailgun_token = 100;  // Mailgun's have 50 characters
constexpr std::size_t longest_timestamp = 12;
constexpr std::string_view basic = "basic ";

// Seconds since the epoch.
std::optional<Time> time_in(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || text.size() > longest_timestamp || error != std::errc() ||
        end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return Time(std::chrono::seconds(seconds));
}

// Of equal length whatever was sent: so not even the secret's length shows.
bool same(std::string_view secret, std::string_view sent) {
    return equal_in_constant_time(sha256(secret), sha256(sent));
}

}  // namespace

bool is_in_time(Time was_signed, Time now) {
    return was_signed >= now - signed_for && was_signed <= now + signed_ahead;
}

std::optional<Time> verify_sendgrid(const PublicKey& key, SendGridSignature signature,
                                    std::string_view body) {
    const auto at = time_in(signature.timestamp);
    const auto octets = decode_base64(signature.signature);
    if (!at || !octets) return std::nullopt;
    std::string whole(signature.timestamp);
    whole += body;
    return key.verifies(Hash::sha256, whole, *octets) ? at : std::nullopt;
}

std::optional<MailgunSignature> verify_mailgun(std::string_view key, std::string_view body) {
    const auto request = parse_json(body);
    if (!request) return std::nullopt;
    const JsonValue& signature = (*request)["signature"];
    const std::string timestamp(signature["timestamp"].words());
    const std::string token(signature["token"].words());
    const auto at = time_in(timestamp);
    if (!at || token.empty() || token.size() > longest_mailgun_token) return std::nullopt;
    const std::string expected = hex(hmac_sha256(key, timestamp + token));
    if (!equal_in_constant_time(expected, ascii_lower(signature["signature"].words()))) return std::nullopt;
    return MailgunSignature{.at = *at, .token = token};
}

bool has_secret(std::string_view secret, std::string_view in_path, std::string_view authorization) {
    const bool by_path = !in_path.empty() && same(secret, in_path);
    if (authorization.size() < basic.size() || !ascii_iequals(authorization.substr(0, basic.size()), basic))
        return by_path;
    const auto decoded = decode_base64(trim(authorization.substr(basic.size())));
    if (!decoded) return by_path;
    const std::string_view pair = *decoded;
    const auto colon = pair.find(':');
    const bool by_pair = same(secret, pair);
    const bool by_password = colon != std::string_view::npos && same(secret, pair.substr(colon + 1));
    return by_path || by_pair || by_password;
}

}  // namespace paperround::bounce

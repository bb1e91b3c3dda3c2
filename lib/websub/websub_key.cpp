#include "websub/websub_key.hpp"

#include <stdexcept>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::websub {

namespace {
constexpr std::size_t secret_size = 32;
constexpr std::size_t signature_size = 16;
constexpr std::size_t id_limit = 64;  // characters; an id has 43
}  // namespace

WebSubKey::WebSubKey(std::string_view installation_secret) {
    if (installation_secret.size() < secret_size)
        throw std::invalid_argument("a secret key of less than 32 octets");
    key_ = hmac_sha256(installation_secret, "paperround websub");
}

std::string WebSubKey::secret(std::string_view nonce) const {
    return hex(hmac_sha256(key_, "secret " + std::string(nonce)));
}

std::string WebSubKey::signature(std::string_view nonce) const {
    return hmac_sha256(key_, "callback " + std::string(nonce)).substr(0, signature_size);
}

std::string WebSubKey::callback_id(std::string_view nonce) const {
    return base64url(std::string(nonce) + signature(nonce));
}

std::optional<std::string> WebSubKey::nonce_of(std::string_view id) const {
    if (id.size() > id_limit) return std::nullopt;
    const auto octets = decode_base64url(id);
    if (!octets || octets->size() != nonce_size + signature_size) return std::nullopt;
    std::string nonce = octets->substr(0, nonce_size);
    if (!equal_in_constant_time(signature(nonce), std::string_view(*octets).substr(nonce_size)))
        return std::nullopt;
    return nonce;
}

std::string WebSubKey::without_secrets(std::string_view words, std::string_view nonce) const {
    return replace_all(replace_all(words, secret(nonce), "(secret)"), callback_id(nonce), "(callback)");
}

}  // namespace paperround::websub

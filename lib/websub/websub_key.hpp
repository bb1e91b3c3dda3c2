// What a WebSub subscription keeps secret, derived from the installation's secret and the subscription's
// random nonce. Only the nonce is stored, so a copy of the database gives away neither the secret that signs
// pushes nor a callback that would be answered. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::websub {

class WebSubKey {
  public:
    static constexpr std::size_t nonce_size = 16;  // octets

    // At least 32 secret octets (audience/secret_key.hpp), else std::invalid_argument.
    explicit WebSubKey(std::string_view installation_secret);

    // 64 hexadecimal digits: 32 octets; W3C WebSub §5.1 wants less than 200.
    [[nodiscard]] std::string secret(std::string_view nonce) const;
    // The last part of the callback's address: letters, digits, `-` and `_`, the nonce with its signature.
    [[nodiscard]] std::string callback_id(std::string_view nonce) const;
    // Nothing unless `id` is what callback_id() made.
    [[nodiscard]] std::optional<std::string> nonce_of(std::string_view id) const;

    // Words of a hub, which may repeat what it was told, without the secret and the callback's id.
    [[nodiscard]] std::string without_secrets(std::string_view words, std::string_view nonce) const;

  private:
    [[nodiscard]] std::string signature(std::string_view nonce) const;
    std::string key_;
};

}  // namespace paperround::websub

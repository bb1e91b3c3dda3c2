// Signed tokens: what a link in a mail may do, without a table of issued links.
//
//   base64url( purpose, varint subscriber, varint mailing, newsletter, first 16 octets of HMAC-SHA-256 over
//   all that )
//
// Only this program can make one, and one for a newsletter, reader or purpose is worth nothing for another.
// Tokens do not expire: the link in a mail of years ago must still let its reader leave. Whoever changes the
// secret key or a newsletter's name makes its old links invalid. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::audience {

enum class Purpose : std::uint8_t { leave = 1 };

struct Token {
    Purpose purpose = Purpose::leave;
    std::string newsletter;  // 1 to 64 octets
    std::int64_t subscriber_id = 0;
    std::int64_t mailing_id = 0;  // that carried the link; 0: none
    bool operator==(const Token&) const = default;
};

class TokenSigner {
  public:
    // At least 32 secret octets (audience/secret_key.hpp). Tokens use a key derived from them, so that the
    // same secret may serve other signatures.
    explicit TokenSigner(std::string_view secret);

    // Letters, digits, `-` and `_` only; 31 to about 130 characters. Throws std::invalid_argument where the
    // newsletter's name or an id is out of range.
    [[nodiscard]] std::string sign(const Token& token) const;
    // Nothing unless `text` is exactly what sign() made, for this purpose.
    [[nodiscard]] std::optional<Token> verify(Purpose purpose, std::string_view text) const;

  private:
    [[nodiscard]] std::string mac(std::string_view payload) const;

    std::string key_;
};

}  // namespace paperround::audience

// Signed tokens: what a link in a mail may do, without a table of issued links.
//
//   base64url( purpose, varint subscriber, varint mailing, newsletter, first 16 octets of HMAC-SHA-256 over
//   all that )
//
// Only this program can make one, and one for a newsletter, reader or purpose is worth nothing for another.
// Tokens to leave do not expire: the link in a mail of years ago must still let its reader leave. One to
// confirm holds a request's number and a time in place of subscriber and mailing. A key that was replaced is kept for
// the links that it signed (audience/secret_key.hpp). Whoever loses it, or changes a newsletter's name, makes its old
// links invalid. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace paperround::audience {

enum class Purpose : std::uint8_t {
    leave = 1,
    confirm = 2,
    form = 3,
    bounce = 4,
    leave_by_mail = 5,
    preferences = 6,
};

struct Token {
    Purpose purpose = Purpose::leave;
    std::string newsletter;  // 1 to 64 octets
    std::int64_t subscriber_id = 0;
    std::int64_t mailing_id = 0;  // that carried the link; 0: none
    bool operator==(const Token&) const = default;
};

// The link in a mail that asks a reader to confirm that he asked to join.
struct ConfirmLink {
    std::string newsletter;
    std::int64_t request_id = 0;  // audience/join_store.hpp
    Time until{};                 // from then on it is worth nothing
    bool operator==(const ConfirmLink&) const = default;
};

// What a form to subscribe carries: that it was shown, and when.
struct FormStamp {
    std::string newsletter;
    Time shown{};
    bool operator==(const FormStamp&) const = default;
};

// An address of ours that a delivery carries: its return path, or the one to which its reader mails to leave.
struct ReturnAddress {
    Purpose purpose = Purpose::bounce;  // bounce or leave_by_mail
    std::int64_t delivery_id = 0;
    Time made{};  // its day
    bool operator==(const ReturnAddress&) const = default;
};
// For so long a return path is understood. Addresses to leave are so for ever, as links are.
inline constexpr auto return_path_lasts = std::chrono::days(90);

class TokenSigner {
  public:
    // At least 32 secret octets (audience/secret_key.hpp). Tokens use a key derived from them, so that the
    // same secret may serve other signatures.
    explicit TokenSigner(std::string_view secret);
    // Signs with the first, and takes what any of them signed. At least one.
    explicit TokenSigner(std::span<const std::string> secrets);

    // Letters, digits, `-` and `_` only; 31 to about 130 characters. Throws std::invalid_argument where the
    // newsletter's name or an id is out of range.
    [[nodiscard]] std::string sign(const Token& token) const;
    // Nothing unless `text` is exactly what sign() made, for this purpose.
    [[nodiscard]] std::optional<Token> verify(Purpose purpose, std::string_view text) const;

    [[nodiscard]] std::string sign(const ConfirmLink& link) const;
    // Nothing for one that has expired, either.
    [[nodiscard]] std::optional<ConfirmLink> verify_confirm(std::string_view text, Time now) const;
    [[nodiscard]] std::string sign(const FormStamp& stamp) const;
    [[nodiscard]] std::optional<FormStamp> verify_form(std::string_view text) const;
    // A local part in lower-case base32, at most 52 octets: mail systems change the case of addresses.
    [[nodiscard]] std::string sign(const ReturnAddress& address) const;
    // Whatever its case. Nothing for a return path that is too old, either.
    [[nodiscard]] std::optional<ReturnAddress> verify_return(std::string_view local_part, Time now) const;

  private:
    [[nodiscard]] bool is_signed(std::string_view payload, std::string_view mac) const;

    std::vector<std::string> keys_;  // the first signs
};

}  // namespace paperround::audience

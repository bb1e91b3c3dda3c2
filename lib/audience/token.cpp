#include "audience/token.hpp"

#include <stdexcept>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::audience {

namespace {

constexpr std::size_t secret_size = 32;
constexpr std::size_t mac_size = 16;  // RFC 2104 §5: not less than half of the hash
constexpr std::size_t newsletter_limit = 64;
constexpr std::size_t longest_local_part = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t text_limit = 160;         // the longest token has 134 characters

// Seven bits an octet, the lowest first; the top bit says that more follow.
void append_varint(std::string& out, std::int64_t number) {
    auto rest = static_cast<std::uint64_t>(number);
    for (; rest >= 0x80; rest >>= 7U) out.push_back(static_cast<char>((rest & 0x7FU) | 0x80U));
    out.push_back(static_cast<char>(rest));
}

std::optional<std::int64_t> take_varint(std::string_view& in) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63 && !in.empty(); shift += 7) {
        const auto octet = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        number |= static_cast<std::uint64_t>(octet & 0x7FU) << shift;
        if ((octet & 0x80U) != 0) continue;
        if (octet == 0 && shift > 0)
            return std::nullopt;  // longer than need be: append_varint never does that
        return static_cast<std::int64_t>(number);
    }
    return std::nullopt;
}

std::string mac_of(std::string_view key, std::string_view payload) {
    return hmac_sha256(key, payload).substr(0, mac_size);
}

}  // namespace

TokenSigner::TokenSigner(std::string_view secret)
    : TokenSigner(std::vector<std::string>{std::string(secret)}) {}

TokenSigner::TokenSigner(std::span<const std::string> secrets) {
    if (secrets.empty()) throw std::invalid_argument("no secret key");
    for (const std::string& secret : secrets) {
        if (secret.size() < secret_size) throw std::invalid_argument("a secret key of less than 32 octets");
        keys_.push_back(hmac_sha256(secret, "paperround token"));
    }
}

bool TokenSigner::is_signed(std::string_view payload, std::string_view mac) const {
    bool any = false;
    // All of them, so that the time does not tell which key it was.
    for (const std::string& key : keys_) any = equal_in_constant_time(mac_of(key, payload), mac) || any;
    return any;
}

std::string TokenSigner::sign(const Token& token) const {
    if (token.newsletter.empty() || token.newsletter.size() > newsletter_limit || token.subscriber_id < 0 ||
        token.mailing_id < 0) {
        throw std::invalid_argument("a token with an impossible newsletter or id");
    }
    std::string octets(1, static_cast<char>(token.purpose));
    append_varint(octets, token.subscriber_id);
    append_varint(octets, token.mailing_id);
    octets += token.newsletter;
    return base64url(octets + mac_of(keys_.front(), octets));
}

std::optional<Token> TokenSigner::verify(Purpose purpose, std::string_view text) const {
    if (text.size() > text_limit) return std::nullopt;
    const auto octets = decode_base64url(text);
    if (!octets || octets->size() <= mac_size) return std::nullopt;
    std::string_view payload(*octets);
    payload.remove_suffix(mac_size);
    // First the signature: nothing unsigned is interpreted.
    if (!is_signed(payload, std::string_view(*octets).substr(payload.size()))) return std::nullopt;
    if (payload.front() != static_cast<char>(purpose)) return std::nullopt;
    payload.remove_prefix(1);
    const auto subscriber_id = take_varint(payload);
    const auto mailing_id = subscriber_id ? take_varint(payload) : std::nullopt;
    if (!mailing_id || payload.empty() || payload.size() > newsletter_limit) return std::nullopt;
    return Token{purpose, std::string(payload), *subscriber_id, *mailing_id};
}

std::string TokenSigner::sign(const ConfirmLink& link) const {
    return sign(Token{Purpose::confirm, link.newsletter, link.request_id, to_millis(link.until)});
}

std::optional<ConfirmLink> TokenSigner::verify_confirm(std::string_view text, Time now) const {
    const auto token = verify(Purpose::confirm, text);
    if (!token || from_millis(token->mailing_id) <= now) return std::nullopt;
    return ConfirmLink{token->newsletter, token->subscriber_id, from_millis(token->mailing_id)};
}

std::string TokenSigner::sign(const FormStamp& stamp) const {
    return sign(Token{Purpose::form, stamp.newsletter, 0, to_millis(stamp.shown)});
}

std::optional<FormStamp> TokenSigner::verify_form(std::string_view text) const {
    const auto token = verify(Purpose::form, text);
    if (!token) return std::nullopt;
    return FormStamp{token->newsletter, from_millis(token->mailing_id)};
}

std::string TokenSigner::sign(const ReturnAddress& address) const {
    if (address.delivery_id < 0) throw std::invalid_argument("a return address with an impossible delivery");
    std::string octets(1, static_cast<char>(address.purpose));
    append_varint(octets, address.delivery_id);
    append_varint(octets, std::chrono::floor<std::chrono::days>(address.made).time_since_epoch().count());
    return base32(octets + mac_of(keys_.front(), octets));
}

std::optional<ReturnAddress> TokenSigner::verify_return(std::string_view local_part, Time now) const {
    if (local_part.size() > longest_local_part) return std::nullopt;
    const auto octets = decode_base32(ascii_lower(local_part));
    if (!octets || octets->size() <= mac_size) return std::nullopt;
    std::string_view payload(*octets);
    payload.remove_suffix(mac_size);
    if (!is_signed(payload, std::string_view(*octets).substr(payload.size()))) return std::nullopt;
    const auto purpose = static_cast<Purpose>(payload.front());
    if (purpose != Purpose::bounce && purpose != Purpose::leave_by_mail) return std::nullopt;
    payload.remove_prefix(1);
    const auto delivery_id = take_varint(payload);
    const auto day = delivery_id ? take_varint(payload) : std::nullopt;
    if (!day || !payload.empty()) return std::nullopt;
    const Time made = std::chrono::sys_days(std::chrono::days(*day));
    if (purpose == Purpose::bounce && now - made > return_path_lasts + std::chrono::days(1))
        return std::nullopt;
    return ReturnAddress{purpose, *delivery_id, made};
}

}  // namespace paperround::audience

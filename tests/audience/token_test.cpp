#include "audience/token.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

using namespace paperround;
using namespace paperround::audience;

namespace {
const std::string secret(32, 'k');
const Token ann{Purpose::leave, "notes", 1'234'567, 42};

// A token with a good signature over whatever payload.
std::string forged_by_owner(const std::string& payload) {
    const std::string key = hmac_sha256(secret, "paperround token");
    return base64url(payload + hmac_sha256(key, payload).substr(0, 16));
}
}  // namespace

TEST_CASE("a token says what was signed") {
    const TokenSigner signer(secret);
    CHECK(signer.verify(Purpose::leave, signer.sign(ann)) == ann);
    const Token extreme{Purpose::leave, std::string(64, 'n'), std::numeric_limits<std::int64_t>::max(), 0};
    CHECK(signer.verify(Purpose::leave, signer.sign(extreme)) == extreme);
}

TEST_CASE("a token needs no escaping in a URL and is short") {
    const std::string text = TokenSigner(secret).sign(ann);
    CHECK(percent_encode(text) == text);
    CHECK(text.size() < 44);
}

TEST_CASE("a token changed at any one place is refused") {
    const TokenSigner signer(secret);
    const std::string good = signer.sign(ann);
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char c : {'A', 'b', '7', '_', '=', '%', '\0'}) {
            std::string bad = good;
            if (bad[i] == c) continue;
            bad[i] = c;
            CAPTURE(i, c);
            CHECK_FALSE(signer.verify(Purpose::leave, bad));
        }
    }
}

TEST_CASE("a token cut short or made longer is refused") {
    const TokenSigner signer(secret);
    const std::string good = signer.sign(ann);
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(signer.verify(Purpose::leave, good.substr(0, size)));
    CHECK_FALSE(signer.verify(Purpose::leave, good + "A"));
    CHECK_FALSE(signer.verify(Purpose::leave, good + "AAAA"));
    CHECK_FALSE(signer.verify(Purpose::leave, good + good));
    CHECK_FALSE(signer.verify(Purpose::leave, std::string(1'000'000, 'A')));
}

TEST_CASE("a token of another installation is refused") {
    CHECK_FALSE(TokenSigner(std::string(32, 'x')).verify(Purpose::leave, TokenSigner(secret).sign(ann)));
}

TEST_CASE("tokens of two newsletters, readers or mailings differ in their signatures too") {
    const TokenSigner signer(secret);
    const auto signature = [&](const Token& token) {
        return decode_base64url(signer.sign(token)).value().substr(11);
    };
    Token other = ann;
    other.newsletter = "motes";
    CHECK(signature(other) != signature(ann));
    other = ann;
    ++other.subscriber_id;
    CHECK(signature(other) != signature(ann));
    other = ann;
    ++other.mailing_id;
    CHECK(signature(other) != signature(ann));
}

TEST_CASE("a newsletter spliced into another's token is refused") {
    const TokenSigner signer(secret);
    std::string octets = decode_base64url(signer.sign(ann)).value();
    octets = replace_all(octets, "notes", "other");
    CHECK_FALSE(signer.verify(Purpose::leave, base64url(octets)));
}

TEST_CASE("a signature for another purpose is refused") {
    const TokenSigner signer(secret);
    CHECK(signer.verify(Purpose::leave, forged_by_owner(std::string("\x01\x05\x07notes"))));
    CHECK_FALSE(signer.verify(Purpose::leave, forged_by_owner(std::string("\x02\x05\x07notes"))));
}

TEST_CASE("a malformed payload is refused even with a good signature") {
    const TokenSigner signer(secret);
    for (const std::string& payload :
         {std::string(), std::string("\x01"), std::string("\x01\x05"), std::string("\x01\x05\x07"),
          std::string("\x01\x85\x00\x07notes", 9), std::string("\x01") + std::string(12, '\xff') + "notes",
          "\x01\x05\x07" + std::string(65, 'n')}) {
        CHECK_FALSE(signer.verify(Purpose::leave, forged_by_owner(payload)));
    }
}

TEST_CASE("a token that could not be read back is not signed") {
    const TokenSigner signer(secret);
    CHECK_THROWS_AS(signer.sign({Purpose::leave, "", 1, 1}), std::invalid_argument);
    CHECK_THROWS_AS(signer.sign({Purpose::leave, std::string(65, 'n'), 1, 1}), std::invalid_argument);
    CHECK_THROWS_AS(signer.sign({Purpose::leave, "notes", -1, 1}), std::invalid_argument);
    CHECK_THROWS_AS(TokenSigner(std::string(31, 'k')), std::invalid_argument);
}

TEST_CASE("a link to confirm says which request, until it expires") {
    const TokenSigner signer(secret);
    const Time until = from_millis(1'800'000'000'000);
    const ConfirmLink link{"notes", 77, until};
    const std::string text = signer.sign(link);
    CHECK(percent_encode(text) == text);
    CHECK(signer.verify_confirm(text, until - Duration(1)) == link);
    CHECK_FALSE(signer.verify_confirm(text, until));
    CHECK_FALSE(signer.verify_confirm(text.substr(0, text.size() - 1), until - Duration(1)));
    CHECK_FALSE(TokenSigner(std::string(32, 'x')).verify_confirm(text, until - Duration(1)));
}

TEST_CASE("a form's stamp says when it was shown") {
    const TokenSigner signer(secret);
    const FormStamp stamp{"notes", from_millis(1'700'000'000'000)};
    CHECK(signer.verify_form(signer.sign(stamp)) == stamp);
    CHECK_FALSE(signer.verify_form(""));
    CHECK_FALSE(signer.verify_form(signer.sign(stamp) + "A"));
}

TEST_CASE("a token of one purpose serves no other") {
    const TokenSigner signer(secret);
    const Time now = from_millis(0);
    const std::string leave = signer.sign(ann);
    const std::string confirm = signer.sign(ConfirmLink{"notes", 77, from_millis(1'800'000'000'000)});
    const std::string form = signer.sign(FormStamp{"notes", from_millis(1'700'000'000'000)});
    CHECK_FALSE(signer.verify_confirm(leave, now));
    CHECK_FALSE(signer.verify_confirm(form, now));
    CHECK_FALSE(signer.verify_form(leave));
    CHECK_FALSE(signer.verify_form(confirm));
    CHECK_FALSE(signer.verify(Purpose::leave, confirm));
    CHECK_FALSE(signer.verify(Purpose::leave, form));
}

TEST_CASE("a link that an old key signed is valid, and a new one is signed by the newest") {
    const std::vector<std::string> keys{std::string(32, 'n'), std::string(32, 'o')};
    const TokenSigner both(keys);
    const TokenSigner newest(keys[0]);
    const TokenSigner oldest(keys[1]);
    const Token token{Purpose::leave, "notes", 7, 9};
    CHECK(both.verify(Purpose::leave, oldest.sign(token)) == token);
    CHECK(both.sign(token) == newest.sign(token));
    CHECK_FALSE(newest.verify(Purpose::leave, oldest.sign(token)));
    CHECK_FALSE(both.verify(Purpose::leave, TokenSigner(std::string(32, 'x')).sign(token)));
}

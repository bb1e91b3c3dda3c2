#include "bounce/webhook/signatures.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "support/signing_keys.hpp"

using namespace paperround;
using namespace paperround::bounce;
using namespace std::chrono_literals;

namespace {

const Time noon = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1) + 12h;

std::string mailgun_body(const std::string& key, const std::string& timestamp, const std::string& token) {
    return R"({"signature":{"timestamp":")" + timestamp + R"(","token":")" + token + R"(","signature":")" +
           hex(hmac_sha256(key, timestamp + token)) + R"("},"event-data":{}})";
}

}  // namespace

TEST_CASE("a signature counts for a day and an hour, and a clock may be ten minutes ahead") {
    CHECK(is_in_time(noon - 25h, noon));
    CHECK_FALSE(is_in_time(noon - 25h - 1s, noon));
    CHECK(is_in_time(noon + 10min, noon));
    CHECK_FALSE(is_in_time(noon + 11min, noon));
}

TEST_CASE("SendGrid signs the timestamp and the body on P-256") {
    const test::EcKey key;
    const auto ours = PublicKey::p256(key.public_base64());
    REQUIRE(ours);
    REQUIRE(PublicKey::p256(key.public_pem()));
    const std::string body = R"([{"event":"bounce"}])";
    const std::string signature = base64(key.sign("1764590400" + body));
    CHECK(verify_sendgrid(*ours, {"1764590400", signature}, body) == from_millis(1764590400000));
    CHECK_FALSE(verify_sendgrid(*ours, {"1764590401", signature}, body));
    CHECK_FALSE(verify_sendgrid(*ours, {"1764590400", signature}, body + " "));
    CHECK_FALSE(verify_sendgrid(*ours, {"1764590400", ""}, body));
    CHECK_FALSE(verify_sendgrid(*ours, {"1764590400", "bm9uZQ=="}, body));
    CHECK_FALSE(verify_sendgrid(*ours, {"", base64(key.sign(body))}, body));
    const test::EcKey stranger;
    CHECK_FALSE(verify_sendgrid(*ours, {"1764590400", base64(stranger.sign("1764590400" + body))}, body));
}

TEST_CASE("Mailgun signs timestamp and token") {
    const auto signature = verify_mailgun("signing key", mailgun_body("signing key", "1764590400", "tok"));
    REQUIRE(signature);
    CHECK(signature->at == from_millis(1764590400000));
    CHECK(signature->token == "tok");
    CHECK_FALSE(verify_mailgun("another key", mailgun_body("signing key", "1764590400", "tok")));
    std::string moved = mailgun_body("signing key", "1764590400", "tok");
    moved.replace(moved.find("1764590400"), 10, "1764590401");
    CHECK_FALSE(verify_mailgun("signing key", moved));
    CHECK_FALSE(verify_mailgun("signing key", mailgun_body("signing key", "1764590400", "")));
    CHECK_FALSE(verify_mailgun("signing key", mailgun_body("signing key", "-1", "tok")));
    CHECK_FALSE(verify_mailgun("signing key", "{}"));
    CHECK_FALSE(verify_mailgun("signing key", "none"));
}

TEST_CASE("a secret is sent in the path, as the password, or as user and password") {
    const auto basic = [](const std::string& pair) { return "Basic " + base64(pair); };
    CHECK(has_secret("a long secret", "a long secret", ""));
    CHECK(has_secret("a long secret", "", basic("anybody:a long secret")));
    CHECK(has_secret("user:a long secret", "", basic("user:a long secret")));
    CHECK(has_secret("a long secret", "", "basic " + base64("x:a long secret")));
    CHECK_FALSE(has_secret("a long secret", "", ""));
    CHECK_FALSE(has_secret("a long secret", "a long secre", ""));
    CHECK_FALSE(has_secret("a long secret", "", basic("a long secret:")));
    CHECK_FALSE(has_secret("a long secret", "", basic("")));
    CHECK_FALSE(has_secret("a long secret", "", "Bearer a long secret"));
    CHECK_FALSE(has_secret("a long secret", "", "Basic ?"));
}

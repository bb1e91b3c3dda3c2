#include "pipeline/courier/token_reply.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;
using pipeline::parse_token_reply;
using pipeline::TokenReply;

TEST_CASE("a token endpoint's answer has a token with its lifetime and perhaps a new refresh token") {
    CHECK(parse_token_reply(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"abc.def-_~+/=",
                                     "refresh_token":"next","scope":"x","ext":{"a":[1]}})")
              .value() == TokenReply{"abc.def-_~+/=", 3599s, "next"});
    CHECK(parse_token_reply(200, R"({"access_token":"a"})").value() == TokenReply{"a", 1h, ""});
}

TEST_CASE("a lifetime is read in quotes too and is at most a day") {
    const auto lifetime = [](const std::string& value) {
        return parse_token_reply(200, R"({"access_token":"a","expires_in":)" + value + "}").value().lifetime;
    };
    CHECK(lifetime("\"3600\"") == 3600s);
    CHECK(lifetime("1e300") == 24h);
    CHECK(lifetime("-5") == 0s);
    CHECK(lifetime("99.9") == 99s);
    CHECK(lifetime("\"soon\"") == 1h);
    CHECK(lifetime("\"-5\"") == 1h);
    CHECK(lifetime("null") == 1h);
}

TEST_CASE("Zoho's lifetime is in seconds although it states milliseconds as well") {
    CHECK(parse_token_reply(200, R"({"access_token":"1000.x","expires_in_sec":3600,"expires_in":3600000,
                                     "api_domain":"https://www.zohoapis.com","token_type":"Bearer"})")
              .value()
              .lifetime == 1h);
}

TEST_CASE("an answer without a type, or with a list of scopes, is a token all the same") {
    CHECK(parse_token_reply(
              200, R"({"access_token":"a","refresh_token":"b","scope":["user_read"],"expires_in":13293})")
              .value() == TokenReply{"a", 13293s, "b"});
}

TEST_CASE("a refusal is told in the server's words on one line") {
    CHECK(parse_token_reply(400, R"({"error":"invalid_grant","error_description":"AADSTS70000:\r\n gone"})")
              .error() == "invalid_grant: AADSTS70000: gone");
    CHECK(parse_token_reply(401, R"({"error":"invalid_client"})").error() == "invalid_client");
    CHECK(parse_token_reply(200, R"({"error":"bad_verification_code"})").error() == "bad_verification_code");
    CHECK(parse_token_reply(503, "<html>Busy</html>").error() == "HTTP status 503");
    CHECK(parse_token_reply(400, R"({"error":{"code":400}})").error() == "HTTP status 400");
    CHECK(parse_token_reply(400, R"({"error":" \u0000"})").error() == "HTTP status 400");
    CHECK(parse_token_reply(400, "{\"error\":\"" + std::string(60'000, 'x') + "\"}").error().size() == 500);
}

TEST_CASE("an answer that holds no usable token says what was expected") {
    for (const std::string body : {"", "null", "[]", "\"token\"", "{", "<html>", "\xff\xfe"}) {
        CAPTURE(body);
        CHECK(parse_token_reply(200, body).error() == "expected a JSON object, got something else");
    }
    for (const std::string& token :
         std::vector<std::string>{R"("")", "7", "null", R"("a b")", R"("a\nb")", R"("a\u0000b")",
                                  R"("\u00e9")", "\"" + std::string(8193, 'x') + "\""}) {
        CHECK(parse_token_reply(200, R"({"access_token":)" + token + "}").error() ==
              "expected an access_token of visible ASCII, got none or another");
    }
    CHECK(parse_token_reply(200, R"({"access_token":"a","refresh_token":"b\nc"})").error() ==
          "expected a refresh_token of visible ASCII, got another");
    CHECK(parse_token_reply(200, R"({"access_token":"a","token_type":"mac"})").error() ==
          "expected a token of the type Bearer, got mac");
    CHECK(parse_token_reply(200, std::string(65'537, ' ')).error() == "an answer of more than 64 KiB");
}

TEST_CASE("deep nesting is just another answer without a token") {
    CHECK_FALSE(parse_token_reply(200, std::string(60'000, '[')).has_value());
    CHECK_FALSE(parse_token_reply(200, std::string(30'000, '[') + std::string(30'000, ']')).has_value());
}

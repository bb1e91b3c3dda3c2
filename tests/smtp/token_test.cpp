// Logging in with access tokens, over libcurl with a scripted server.
#include <catch2/catch.hpp>
#include <deque>

#include "base/encoding.hpp"
#include "smtp/session.hpp"
#include "support/smtp_servers.hpp"

using namespace paperround;
using queue::OutcomeKind;
using queue::Stage;
using smtp::Session;

namespace {

class Tokens final : public smtp::TokenSource {
  public:
    Result<std::string, std::string> token() override {
        if (words.empty()) return failure(std::string("no access token: invalid_grant"));
        return words.front();
    }
    void refused(std::string_view token) override {
        refusals.emplace_back(token);
        words.pop_front();
    }
    std::deque<std::string> words{"first-token", "second-token"};
    std::vector<std::string> refusals;
};

Result<Session, queue::Outcome> open(const test::ScriptedSmtp& server, Tokens& tokens) {
    static const Interrupt never;
    auto relay = test::relay_on(server.port());
    relay.username = "news@example.org";
    return Session::open(relay, {.password = {}, .tokens = &tokens}, "client.example.org", never);
}

const std::string offer = R"("EHLO": "250-a\n250 AUTH LOGIN XOAUTH2")";

}  // namespace

TEST_CASE("a token that the relay refuses is renewed once") {
    test::ScriptedSmtp server(
        "{" + offer + R"(, "AUTH": [{"reply": "535 5.7.8 Token expired", "close": true}, "235 ok"]})");
    Tokens tokens;
    CHECK(open(server, tokens).has_value());
    CHECK(tokens.refusals == std::vector<std::string>{"first-token"});
    CHECK(server.count("\"connected\"") == 2);
    CHECK(server.count(base64("user=news@example.org\x01"
                              "auth=Bearer second-token\x01\x01")) == 1);
}

TEST_CASE("a second refused token is relay trouble in the server's words") {
    test::ScriptedSmtp server("{" + offer + R"(, "AUTH": "535 5.7.3 Authentication unsuccessful"})");
    Tokens tokens;
    tokens.words.emplace_back("third-token");
    const auto session = open(server, tokens);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().kind == OutcomeKind::relay_trouble);
    CHECK(session.error().stage == Stage::auth);
    CHECK(session.error().code == 535);
    CHECK(session.error().text == "login with XOAUTH2 refused: Authentication unsuccessful");
    CHECK(tokens.refusals == std::vector<std::string>{"first-token", "second-token"});
    CHECK(server.count("\"connected\"") == 2);
}

TEST_CASE("where no token can be had the relay is not called") {
    test::ScriptedSmtp server("{}");
    Tokens tokens;
    tokens.words.clear();
    const auto session = open(server, tokens);
    REQUIRE_FALSE(session.has_value());
    CHECK(session.error().stage == Stage::auth);
    CHECK(session.error().text == "no access token: invalid_grant");
    CHECK(server.count("\"connected\"") == 0);
}

#include "pipeline/courier/relay_tokens.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <deque>
#include <thread>

#include "pipeline/courier/relay_access.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using pipeline::RelayTokens;

namespace {

// Gives these answers in turn; the last one is repeated.
class Endpoint final : public net::FormClient {
  public:
    Result<net::HttpResponse, net::HttpError> post(const net::FormRequest& request) override {
        const std::lock_guard lock(mutex_);
        requests.push_back(request);
        if (stopped) throw net::Cancelled();
        if (answers.empty()) return failure(net::HttpError{net::HttpError::Code::connect, "nobody there"});
        net::HttpResponse response;
        response.body = answers.front();
        response.status = response.body.find("\"error\"") == std::string::npos ? 200 : 400;
        if (answers.size() > 1) answers.pop_front();
        return response;
    }
    std::string field(std::size_t request, const std::string& name) const {
        for (const auto& [key, value] : requests.at(request).fields) {
            if (key == name) return value;
        }
        return "(none)";
    }
    std::deque<std::string> answers;
    std::vector<net::FormRequest> requests;
    bool stopped = false;

  private:
    std::mutex mutex_;
};

std::string answer(const std::string& token, const std::string& refresh = "") {
    return R"({"access_token":")" + token + R"(","expires_in":3600,"refresh_token":")" + refresh + "\"}";
}

struct TokensFixture {
    std::unique_ptr<RelayTokens> tokens(config::OAuthSecrets secrets) {
        return std::make_unique<RelayTokens>(
            config::OAuth{.token_url = "https://login.example.org/token", .client_id = "me", .scope = "mail"},
            std::move(secrets), dir / "oauth-main", endpoint, clock);
    }
    test::TempDir dir;
    test::ManualClock clock;
    std::shared_ptr<Endpoint> endpoint = std::make_shared<Endpoint>();
};

}  // namespace

TEST_CASE_METHOD(TokensFixture, "a client that speaks for itself asks with its credentials") {
    endpoint->answers = {answer("one")};
    const auto source = tokens({.client_secret = "hush"});
    CHECK(source->token().value() == "one");
    REQUIRE(endpoint->requests.size() == 1);
    const net::FormRequest& request = endpoint->requests[0];
    CHECK(request.url == "https://login.example.org/token");
    using Fields = std::vector<std::pair<std::string, std::string>>;
    CHECK(request.fields == Fields{{"grant_type", "client_credentials"},
                                   {"client_id", "me"},
                                   {"client_secret", "hush"},
                                   {"scope", "mail"}});
    CHECK_FALSE(std::filesystem::exists(dir / "oauth-main"));
}

TEST_CASE_METHOD(TokensFixture, "a token is kept until shortly before it expires") {
    endpoint->answers = {answer("one"), answer("two")};
    const auto source = tokens({.client_secret = "hush"});
    CHECK(source->token().value() == "one");
    clock.advance(55min - 1s);
    CHECK(source->token().value() == "one");
    CHECK(endpoint->requests.size() == 1);
    clock.advance(1s);
    CHECK(source->token().value() == "two");
}

TEST_CASE_METHOD(TokensFixture, "a refused token is renewed once for all who had it") {
    endpoint->answers = {answer("one"), answer("two")};
    const auto source = tokens({.client_secret = "hush"});
    CHECK(source->token().value() == "one");
    source->refused("one");
    source->refused("one");
    CHECK(source->token().value() == "two");
    source->refused("one");
    CHECK(source->token().value() == "two");
    CHECK(endpoint->requests.size() == 2);
}

TEST_CASE_METHOD(TokensFixture, "couriers that ask at once share one renewal") {
    endpoint->answers = {answer("one")};
    const auto source = tokens({.client_secret = "hush"});
    {
        std::vector<std::jthread> couriers;
        for (int i = 0; i < 8; ++i) couriers.emplace_back([&source] { static_cast<void>(source->token()); });
    }
    CHECK(endpoint->requests.size() == 1);
}

TEST_CASE_METHOD(TokensFixture,
                 "an endpoint that has just failed is not asked again by every courier in turn") {
    const auto source = tokens({.client_secret = "hush"});
    const auto why = source->token().error();
    CHECK(source->token().error() == why);
    CHECK(endpoint->requests.size() == 1);
    endpoint->answers = {answer("one")};
    clock.advance(3s);
    CHECK(source->token().value() == "one");
}

TEST_CASE_METHOD(TokensFixture, "while the endpoint is down a token is used until it expires") {
    endpoint->answers = {answer("one")};
    const auto source = tokens({.client_secret = "hush"});
    CHECK(source->token().value() == "one");
    endpoint->answers.clear();
    clock.advance(56min);
    CHECK(source->token().value() == "one");
    CHECK(source->token().value() == "one");
    CHECK(endpoint->requests.size() == 2);  // not fetched again at once
    clock.advance(5min);
    CHECK(source->token().error() == "no access token: nobody there");
    endpoint->answers = {answer("two")};
    clock.advance(3s);
    CHECK(source->token().value() == "two");
}

TEST_CASE_METHOD(TokensFixture,
                 "a refresh token that the server replaces is used from then on and over restarts") {
    endpoint->answers = {answer("one", "second"), answer("two", "third"), answer("three")};
    const config::OAuthSecrets secrets{.client_secret = "hush", .refresh_token = "first"};
    {
        const auto source = tokens(secrets);
        CHECK(source->token().value() == "one");
        CHECK(endpoint->field(0, "grant_type") == "refresh_token");
        CHECK(endpoint->field(0, "refresh_token") == "first");
        clock.advance(1h);
        CHECK(source->token().value() == "two");
        CHECK(endpoint->field(1, "refresh_token") == "second");
    }
    struct stat status {};
    REQUIRE(::stat((dir / "oauth-main").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK(tokens(secrets)->token().value() == "three");
    CHECK(endpoint->field(2, "refresh_token") == "third");
    SECTION("a new first one goes before what was kept") {
        CHECK(tokens({.client_secret = "hush", .refresh_token = "anew"})->token().has_value());
        CHECK(endpoint->field(3, "refresh_token") == "anew");
    }
}

TEST_CASE_METHOD(TokensFixture, "a refresh token that cannot be kept stops the login and is kept later") {
    endpoint->answers = {answer("one", "second"), answer("two")};
    const auto missing = dir / "not-there";
    RelayTokens source(config::OAuth{.token_url = "https://login.example.org/token", .client_id = "me"},
                       {.client_secret = "hush", .refresh_token = "first"}, missing / "oauth-main", endpoint,
                       clock);
    const auto failed = source.token();
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().find("the new refresh token cannot be kept") != std::string::npos);
    CHECK(failed.error().find("second") == std::string::npos);
    CHECK_FALSE(source.token().has_value());
    CHECK(endpoint->requests.size() == 1);  // the new token is not risked
    std::filesystem::create_directory(missing);
    clock.advance(3s);
    CHECK(source.token().value() == "two");
    CHECK(endpoint->field(1, "refresh_token") == "second");
    CHECK(test::slurp(missing / "oauth-main").ends_with("\nsecond\n"));
}

TEST_CASE_METHOD(TokensFixture, "another process that renewed is noticed") {
    endpoint->answers = {answer("one", "second"), answer("other", "third"), answer("two")};
    const config::OAuthSecrets secrets{.client_secret = "hush", .refresh_token = "first"};
    const auto daemon = tokens(secrets);
    CHECK(daemon->token().has_value());
    CHECK(tokens(secrets)->token().value() == "other");
    clock.advance(1h);
    CHECK(daemon->token().value() == "two");
    CHECK(endpoint->field(2, "refresh_token") == "third");
}

TEST_CASE_METHOD(TokensFixture, "a refusal is told in the server's words without our secrets") {
    endpoint->answers = {R"({"error":"invalid_grant","error_description":"first is no good, nor is hush"})"};
    CHECK(tokens({.client_secret = "hush", .refresh_token = "first"})->token().error() ==
          "no access token: https://login.example.org/token: invalid_grant: *** is no good, nor is ***");
}

TEST_CASE_METHOD(TokensFixture, "a stop in the middle of a renewal is a failure and no crash") {
    endpoint->stopped = true;
    CHECK(tokens({.client_secret = "hush"})->token().error().ends_with(": we were told to stop"));
}

TEST_CASE("the access of a relay has its password or its tokens") {
    const test::TempDir dir;
    const test::ManualClock clock;
    const auto file = dir.write("secret", "hush\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    config::Relay relay{.name = "main", .username = "news", .password_file = file};
    auto access = pipeline::relay_access(relay, dir.path(), std::make_shared<Endpoint>(), clock);
    REQUIRE(access);
    CHECK(access->credentials.password == "hush");
    CHECK(access->credentials.tokens == nullptr);
    relay.oauth = config::OAuth{.token_url = "https://login.example.org/", .client_secret_file = file};
    access = pipeline::relay_access(relay, dir.path(), std::make_shared<Endpoint>(), clock);
    REQUIRE(access);
    CHECK(access->credentials.tokens == access->tokens.get());
    relay.oauth->refresh_token_file = dir / "none";
    CHECK(pipeline::relay_access(relay, dir.path(), std::make_shared<Endpoint>(), clock).error() ==
          "relay main: there is no refresh token file " + (dir / "none").string());
}

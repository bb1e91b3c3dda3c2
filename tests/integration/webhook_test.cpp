// A mail service tells the running daemon of a bounce.
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround;
using namespace paperround::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* signing_key = "key-of-the-mailgun-account";

struct HookedFixture : DaemonFixture {
    HookedFixture() {
        fs::permissions(dir.write("gun-key", signing_key), fs::perms::owner_read | fs::perms::owner_write);
        server.emplace(AiosmtpdServer::Options{});
        configure({.relay_port = server->port(),
                   .connections = 1,
                   .extra = "bounces: {webhooks: {gun: {provider: mailgun, secret_file: gun-key}}}"});
        publish({"a"});
        import_readers(2);
        REQUIRE(command({"run", "--once"}).status == 0);
        REQUIRE(server->messages().size() == 2);
    }
    // Mailgun tells that the first letter bounced.
    std::string event(const std::string& token) const {
        const std::string letter = server->messages().front();
        const auto at = letter.find("Message-ID: <") + 13;
        const std::string id = letter.substr(at, letter.find('>', at) - at);
        const auto to = letter.find("reader");
        const std::string recipient = letter.substr(to, letter.find(".org", to) + 4 - to);
        const std::string time = std::to_string(to_millis(SystemClock().now()) / 1000);
        return R"({"signature":{"timestamp":")" + time + R"(","token":")" + token + R"(","signature":")" +
               hex(hmac_sha256(signing_key, time + token)) +
               R"("},"event-data":{"event":"failed","severity":"permanent","recipient":")" + recipient +
               R"(","delivery-status":{"code":550,"message":"5.1.1 no such user"},"message":{"headers":{"message-id":")" +
               id + R"("}}}})";
    }
    std::string post(const std::string& path, const fs::path& body) const {
        return run({"curl", "-s", "--noproxy", "*", "-m", "20", "-o", "/dev/null", "-w", "%{http_code}",
                    "--data-binary", "@" + body.string(),
                    fmt::format("http://127.0.0.1:{}{}", http_port, path)})
            .output;
    }

    std::optional<AiosmtpdServer> server;
};

}  // namespace

TEST_CASE_METHOD(HookedFixture, "a webhook's bounce suppresses its reader, once, and forged ones nobody") {
    CHECK_THAT(command({"check"}).output, Catch::Contains("webhook gun: mailgun posts to http://127.0.0.1"));
    auto daemon = start();
    REQUIRE(eventually([&] { return ready(); }, 60s));
    const std::string body = event("token-1");
    std::string altered = body;
    altered.replace(altered.find("token-1"), 7, "token-2");
    CHECK(post("/hook/gun", dir.write("altered", altered)) == "403");
    CHECK(post("/hook/none", dir.write("body", body)) == "404");
    CHECK(post("/hook/gun", dir.write("large", body + std::string(3U << 19U, ' '))) == "413");
    // The connection is ended before all of it has arrived.
    CHECK(post("/hook/gun", dir.write("larger", body + std::string(10U << 20U, ' '))) != "200");
    CHECK(command({"reports", "--json"}).output.empty());
    CHECK(post("/hook/gun", dir / "body") == "200");
    CHECK(post("/hook/gun", dir / "body") == "200");
    const auto listed = command({"reports", "--json"});
    CHECK(count_lines(listed.output) == 1);
    CHECK_THAT(listed.output, Catch::Contains("\"source\":\"webhook gun\"") && Catch::Contains("suppressed"));
    CHECK_THAT(command({"suppressions", "list"}).output, Catch::Contains("5.1.1 no such user"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

TEST_CASE_METHOD(HookedFixture, "check says that a webhook's secret cannot be read") {
    fs::permissions(dir / "gun-key", fs::perms::others_read, fs::perm_options::add);
    const auto open = command({"check"});
    CHECK(open.status == 78);
    CHECK_THAT(open.errors + open.output, Catch::Contains("webhook gun: everybody can read"));
    fs::permissions(dir.write("gun-key", "short"), fs::perms::owner_read | fs::perms::owner_write);
    const auto guessed = command({"check"});
    CHECK_THAT(guessed.errors + guessed.output, Catch::Contains("at least 16 characters"));
    CHECK_THAT(guessed.errors + guessed.output, !Catch::Contains("short"));
}

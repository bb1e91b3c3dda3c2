#include "web/hub_routes.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "support/temp_dir.hpp"
#include "support/wait.hpp"
#include "web_fixture.hpp"

using namespace paperround;
using test::Answer;
using test::has;

namespace {

// Knows one callback, `ours`, and records what it receives.
class ScriptedHubs final : public web::HubCallbacks {
  public:
    bool knows(std::string_view id) override {
        if (knows_fails) throw std::runtime_error("the key is gone");
        return id == "ours" || id == "over";
    }
    std::optional<std::string> confirm(std::string_view id, std::string_view query) override {
        const std::lock_guard lock(mutex_);
        if (fails) throw std::runtime_error("database: disk I/O error");
        queries.emplace_back(query);
        return id == "ours" ? challenge : std::nullopt;
    }
    bool receive(std::string_view id, const web::HubPush& push) override {
        const std::lock_guard lock(mutex_);
        if (fails) throw std::runtime_error("database: database or disk is full");
        bodies.emplace_back(push.body);
        types.emplace_back(push.content_type);
        signatures.emplace_back(push.signature);
        return id == "ours";
    }
    std::optional<std::string> challenge = "challenge-1";
    bool fails = false;
    bool knows_fails = false;
    std::vector<std::string> queries, bodies, types, signatures;

  private:
    std::mutex mutex_;
};

struct HubSite {
    ScriptedHubs hubs;
    test::Site site{{.request = std::chrono::seconds(60)}, &hubs};

    [[nodiscard]] Answer push(const std::string& id, const std::string& body,
                              std::vector<std::string> more = {}) {
        dir.write("body", body);
        std::vector<std::string> arguments{"--data-binary", "@" + (dir / "body").string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return site.curl("/websub/" + id, arguments);
    }
    test::TempDir dir;
};

}  // namespace

TEST_CASE("a verification is answered with the challenge, as plain text that no browser guesses about") {
    HubSite f;
    const auto answer =
        f.site.curl("/websub/ours?hub.mode=subscribe&hub.topic=https%3A%2F%2Fx&hub.challenge=a+b");
    CHECK(answer.status == 200);
    CHECK(answer.body == "challenge-1");
    CHECK(has(answer.headers, "Content-Type: text/plain"));
    CHECK(has(answer.headers, "X-Content-Type-Options: nosniff"));
    CHECK(f.hubs.queries ==
          std::vector<std::string>{"hub.mode=subscribe&hub.topic=https%3A%2F%2Fx&hub.challenge=a+b"});
}

TEST_CASE("a verification that is not meant is answered with 404") {
    HubSite f;
    f.hubs.challenge.reset();
    CHECK(f.site.curl("/websub/ours?hub.mode=subscribe").status == 404);
    CHECK(f.site.curl("/websub/strange?hub.mode=subscribe").status == 404);
    CHECK(f.site.curl("/websub/ours").status == 404);
    CHECK(f.site.curl("/websub/").status == 404);
    CHECK(f.site.curl("/websub/ours/more").status == 404);
}

TEST_CASE("a push comes in whole, octet for octet, with its type and signature") {
    HubSite f;
    std::string body = "<rss>\r\n";
    body.push_back('\0');
    body += "\xff%20+&";
    const auto answer =
        f.push("ours", body,
               {"-H", "Content-Type: application/rss+xml; charset=utf-8", "-H", "X-Hub-Signature: sha1=x"});
    CHECK(answer.status == 202);
    CHECK(answer.body.empty());
    CHECK(f.hubs.bodies == std::vector<std::string>{body});
    CHECK(f.hubs.types == std::vector<std::string>{"application/rss+xml; charset=utf-8"});
    CHECK(f.hubs.signatures == std::vector<std::string>{"sha1=x"});
}

TEST_CASE("a push of a form's type, in parts, or without a signature is a push like others") {
    HubSite f;
    CHECK(f.push("ours", "a=b&c=d").status == 202);
    CHECK(f.push("ours", "in parts", {"-H", "Transfer-Encoding: chunked"}).status == 202);
    CHECK(f.push("ours", "--x\r\n\r\n", {"-H", "Content-Type: multipart/form-data; boundary=x"}).status ==
          202);
    CHECK(f.hubs.bodies == std::vector<std::string>{"a=b&c=d", "in parts", "--x\r\n\r\n"});
    CHECK(f.hubs.signatures == std::vector<std::string>{"", "", ""});
}

TEST_CASE("a feed of nearly 10 MiB comes in, one that is larger is refused") {
    HubSite f;
    CHECK(f.push("ours", std::string(10U << 20U, 'x')).status == 202);
    REQUIRE(f.hubs.bodies.size() == 1);
    CHECK(f.hubs.bodies[0].size() == 10U << 20U);
    CHECK(f.push("ours", std::string((10U << 20U) + 1, 'x')).status == 413);
    CHECK(f.push("ours", std::string((10U << 20U) + 1, 'x'), {"-H", "Transfer-Encoding: chunked"}).status >=
          400);
    CHECK(f.hubs.bodies.size() == 1);
}

TEST_CASE("no body is read for an id that is not ours") {
    HubSite f;
    CHECK(f.push("strange", "x").status == 404);
    // Beyond the limit of a form the connection is closed.
    CHECK(f.push("strange", std::string(1U << 20U, 'x')).status != 202);
    CHECK(f.hubs.bodies.empty());
}

TEST_CASE("fields without end are refused at a callback too") {
    HubSite f;
    CHECK(f.push("ours", "x", {"-H", "X-Long: " + std::string(60'000, 'x')}).status != 202);
    CHECK(f.hubs.bodies.empty());
}

TEST_CASE("a push to a subscription that is over is answered with 410") {
    HubSite f;
    CHECK(f.push("over", "x").status == 410);
}

TEST_CASE("a hub is told to come back when the database fails") {
    HubSite f;
    f.hubs.fails = true;
    const auto answer = f.push("ours", "x");
    CHECK(answer.status == 503);
    CHECK(has(answer.headers, "Retry-After: "));
    CHECK(f.site.curl("/websub/ours?hub.mode=subscribe").status == 503);
    CHECK(f.site.failures.size() == 2);
}

TEST_CASE("a hub is told to come back where it cannot be told whether the callback is ours") {
    HubSite f;
    f.hubs.knows_fails = true;
    const auto answer = f.push("ours", "x");
    CHECK(answer.status == 503);
    CHECK(has(answer.headers, "Retry-After: "));
    CHECK(f.site.failures == std::vector<std::string>{"the key is gone"});
}

TEST_CASE(
    "few bodies are read at once, so that readers who leave find a thread, and the next push is told to come "
    "back") {
    HubSite f;
    std::vector<int> slow;
    for (int i = 0; i < web::pushes_at_once; ++i)
        slow.push_back(
            f.site.half_open("POST /websub/ours HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"));
    CHECK(test::eventually([&] { return f.push("ours", "x").status == 503; }));
    CHECK(f.site.one_click("/u/tok-EN_1").status == 200);
    for (const int fd : slow) ::close(fd);
    CHECK(test::eventually([&] { return f.push("ours", "x").status == 202; }));
}

TEST_CASE("a callback takes GET and POST only, and no coded bodies") {
    HubSite f;
    CHECK(f.site.curl("/websub/ours?hub.mode=subscribe", {"-I"}).status == 405);
    CHECK(f.site.curl("/websub/ours", {"-X", "PUT"}).status == 405);
    CHECK(f.push("ours", "x", {"-H", "Content-Encoding: gzip"}).status == 415);
    CHECK(f.hubs.queries.empty());
    CHECK(f.hubs.bodies.empty());
}

TEST_CASE("a form is as small as before where hubs are served") {
    HubSite f;
    CHECK(f.site.curl("/u/tok-EN_1", {"-d", std::string(17'000, 'x')}).status == 413);
    CHECK(f.site.one_click("/u/tok-EN_1").status == 200);
}

TEST_CASE("without hubs there are no callbacks") {
    const test::Site site;
    CHECK(site.curl("/websub/ours").status == 404);
    CHECK(site.curl("/websub/ours", {"-d", "x"}).status == 405);
}

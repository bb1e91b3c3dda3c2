#include "web/preview_server.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "web_fixture.hpp"

using namespace paperround;
using namespace paperround::web;
using test::has;

namespace {

struct Shown {
    explicit Shown(Preview first) : preview(std::move(first)) {
        auto started =
            PreviewServer::start([this] { return drawn(); }, test::web_templates() / "preview.html", 0);
        REQUIRE(started);
        server = std::make_unique<PreviewServer>(std::move(*started));
    }
    Preview drawn() {
        const std::lock_guard lock(mutex);
        return preview;
    }
    void change(const std::string& html) {
        const std::lock_guard lock(mutex);
        preview.html = html;
    }
    [[nodiscard]] std::string get(const std::string& path, std::vector<std::string> more = {}) const {
        std::vector<std::string> argv{"curl", "-s", "-q", "-i", "-m", "30", "--noproxy", "*"};
        argv.insert(argv.end(), more.begin(), more.end());
        argv.push_back(fmt::format("http://127.0.0.1:{}{}", server->port(), path));
        return test::run(argv).output;
    }
    [[nodiscard]] nlohmann::json state() const {
        const std::string answer = get("/state");
        return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
    }

    std::mutex mutex;
    Preview preview;
    std::unique_ptr<PreviewServer> server;
};

const Preview sample{
    .subject = "On walking",
    .html = "<style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style><p>One foot</p>",
    .text = "One foot\n",
    .problems = {}};

}  // namespace

TEST_CASE("a preview serves the page with the switches, the mail and its text") {
    const Shown shown(sample);
    CHECK(has(shown.get("/"), "name=\"scheme\" value=\"dark\""));
    CHECK(has(shown.get("/mail"), sample.html));
    CHECK(has(shown.get("/text"), "\r\n\r\nOne foot\n"));
    CHECK(shown.state()["subject"] == "On walking");
}

TEST_CASE("the scheme that is chosen decides the media queries") {
    CHECK(under_scheme("@media (prefers-color-scheme: dark) {}", "dark") == "@media (min-width: 0) {}");
    CHECK(under_scheme("@media (prefers-color-scheme:dark) {}", "light") == "@media (max-width: 0) {}");
    CHECK(under_scheme("@media (prefers-color-scheme: light) {}", "dark") == "@media (max-width: 0) {}");
    const Shown shown(sample);
    CHECK(has(shown.get("/mail?scheme=dark"), "@media (min-width: 0)"));
    CHECK(has(shown.get("/mail?scheme=light"), "@media (max-width: 0)"));
}

TEST_CASE("a change shows as another version, and no change as the same") {
    Shown shown(sample);
    const auto before = shown.state()["version"];
    CHECK(shown.state()["version"] == before);
    shown.change("<p>The other</p>");
    CHECK(shown.state()["version"] != before);
}

TEST_CASE("what is wrong stands in the state, whether it was said or thrown") {
    const Shown shown({.subject = {}, .html = {}, .text = {}, .problems = {"m.mustache:2: no"}});
    CHECK(shown.state()["problems"] == nlohmann::json{"m.mustache:2: no"});
    const auto thrower =
        PreviewServer::start([]() -> Preview { throw std::runtime_error("the disk is gone"); },
                             test::web_templates() / "preview.html", 0);
    REQUIRE(thrower);
    CHECK(has(
        test::run({"curl", "-s", "--noproxy", "*", fmt::format("http://127.0.0.1:{}/state", thrower->port())})
            .output,
        "the disk is gone"));
}

TEST_CASE("a page of another host cannot read drafts, and a mail cannot run anything") {
    const Shown shown(sample);
    CHECK(has(shown.get("/mail", {"-H", "Host: evil.example.org"}), "403"));
    CHECK_FALSE(has(shown.get("/mail", {"-H", "Host: evil.example.org"}), "One foot"));
    CHECK(has(shown.get("/mail", {"-H", "Host: localhost:8026"}), "One foot"));
    CHECK(has(shown.get("/mail"), "Content-Security-Policy: default-src 'none'"));
}

TEST_CASE("a port that is taken is an error that names it") {
    const Shown shown(sample);
    const auto second = PreviewServer::start([] { return Preview{}; }, test::web_templates() / "preview.html",
                                             shown.server->port());
    REQUIRE_FALSE(second);
    CHECK(second.error().message ==
          fmt::format("cannot listen on 127.0.0.1:{}: Address already in use", shown.server->port()));
}

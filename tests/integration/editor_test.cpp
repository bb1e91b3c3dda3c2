// An editor's tools: preview to an address and in the browser, and check-email.
#include <nlohmann/json.hpp>

#include "integration/daemon_fixture.hpp"
#include "support/web_server.hpp"

using namespace paperround::test;
using nlohmann::json;

namespace {

struct EditorFixture : DaemonFixture {
    EditorFixture() { configure({.relay_port = server.port()}); }
    [[nodiscard]] std::string write_post(const std::string& body, const std::string& name = "walk.md") const {
        return dir
            .write(name, "---\ntitle: On walking\nauthor: Ada Bell\ndate: 2026-11-20\n---\n" + body + "\n")
            .string();
    }
    // The findings of check-email, as "severity code".
    [[nodiscard]] std::vector<std::string> findings(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "check-email");
        arguments.emplace_back("--json");
        const Finished done = command(arguments);
        status = done.status;
        std::vector<std::string> out;
        std::istringstream in(done.output);
        for (std::string line; std::getline(in, line);) {
            const auto finding = json::parse(line);
            const auto code = finding["code"].get<std::string>();
            if (code != "spamassassin") out.push_back(finding["severity"].get<std::string>() + " " + code);
        }
        return out;
    }
    AiosmtpdServer server{{}};
    int status = -1;
};
using List = std::vector<std::string>;

// A post like a magazine's, and long enough to be judged by filters.
std::string long_article() {
    std::string body = "## On the way up\n\n";
    for (int i = 0; i < 12; ++i) {
        body +=
            "We walked up through the spruces in that grey, held-breath sort of cold, and did not look at "
            "the sky: you "
            "do not want to encourage it. There is [a map of the whole way](https://example.org/map), which "
            "we had, and "
            "a sign at the first fork, which we did not read.\n\n";
    }
    return body + "> Traveller, you are half way.\n\n- one\n- two\n";
}

}  // namespace

TEST_CASE_METHOD(EditorFixture, "a preview is sent to an address, marked as a test, and leaves no record") {
    const auto sent = command({"preview", write_post("One foot."), "--send", "editor@example.org"});
    CHECK(sent.status == 0);
    CHECK(sent.output.find("sent to editor@example.org as a test: 250") == 0);
    REQUIRE(server.messages().size() == 1);
    CHECK(server.messages()[0].find("Subject: [Test] On walking\n") != std::string::npos);
    CHECK(server.messages()[0].find("To: Ada Reader <editor@example.org>\n") != std::string::npos);
    CHECK(command({"log", "--json"}).output.empty());
    CHECK(command({"preview", write_post("x"), "--send", "no address"}).status == 64);
}

TEST_CASE_METHOD(EditorFixture, "several posts are previewed as a digest") {
    const auto shown = command({"preview", write_post("One foot."), write_post("The other.", "two.md"),
                                "--template", "digest", "--format", "text", "--language", "de"});
    CHECK(shown.status == 0);
    CHECK(shown.output.find("In dieser Ausgabe") != std::string::npos);
    CHECK(shown.output.find("One foot.") < shown.output.find("The other."));
}

TEST_CASE_METHOD(EditorFixture, "a served preview shows the post, its changes and what is wrong with them") {
    const std::string post = write_post("One foot.");
    const std::string port = std::to_string(free_port());
    const Process served(arguments({"preview", post, "--serve", "--port", port}));
    const auto get = [&](const std::string& path) {
        return run({"curl", "-s", "--noproxy", "*", "http://127.0.0.1:" + port + path}).output;
    };
    REQUIRE(eventually([&] { return get("/mail").find("One foot.") != std::string::npos; }));
    const auto before = json::parse(get("/state"))["version"];
    (void)write_post("The other foot.");
    CHECK(json::parse(get("/state"))["version"] != before);
    CHECK(get("/mail").find("The other foot.") != std::string::npos);
    (void)dir.write("walk.md", "---\ntitle: [\n---\n");
    CHECK(json::parse(get("/state"))["problems"][0].get<std::string>().find("walk.md") != std::string::npos);
}

TEST_CASE_METHOD(EditorFixture, "check-email weighs the pictures, and follows the links when asked") {
    const WebServer web(
        R"({"/a.png": [{"status": 200, "body": "small"}], "/page": [{"status": 200, "body": "x"}],
                            "/gone": [{"status": 404, "body": "no"}]})");
    const std::string post = write_post("![A hill](" + web.url("/a.png") + ")\n\nSee [this](" +
                                        web.url("/page") + ") and [that](" + web.url("/gone") + ").");
    // A file that is no picture has no width.
    CHECK(findings({post}) == List{"warning picture-width", "warning plain-http"});
    CHECK(status == 0);
    CHECK(findings({post, "--links"}) ==
          List{"warning picture-width", "warning plain-http", "error dead-link"});
    CHECK(status == 65);
}

TEST_CASE_METHOD(EditorFixture, "check-email fetches nothing when told so, and says what it can") {
    CHECK(findings({write_post("![](https://nowhere.invalid/a.png)"), "--offline"}) ==
          List{"warning alt", "warning picture-width"});
    CHECK(findings({write_post("One foot."), "--offline"}) == List{});
    CHECK(status == 0);
    CHECK(findings({"missing.md", "--offline"}) == List{});
    CHECK(status == 65);
}

// Fails if it is missing: scripts/packages installs it for the tests.
TEST_CASE_METHOD(EditorFixture, "SpamAssassin gives a default mailing less than one point") {
    const std::string post = write_post(long_article());
    const auto eml = command({"preview", post, "--format", "eml"});
    REQUIRE(eml.status == 0);
    // Runs it here, not through check-email, which reads only the score; this reads the report.
    const auto judged = run({"spamassassin", "-L", "-x", "-t"}, eml.output, std::chrono::seconds(120));
    REQUIRE(judged.status == 0);
    INFO(judged.output.substr(0, 3000));
    const auto at = judged.output.find("score=");
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(judged.output.substr(at + 6)) < 1.0);
    const auto checked = command({"check-email", post, "--offline"});
    CHECK(checked.output.find("note: SpamAssassin gives it ") != std::string::npos);
}

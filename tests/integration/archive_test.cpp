// The public pages with what was sent, over real HTTP from a running daemon.
#include <csignal>

#include "integration/daemon_fixture.hpp"

using namespace paperround::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct ReadingOnline : DaemonFixture {
    void write_template(const std::string& mark) const {
        const auto installed = std::filesystem::path(source_folder()) / "templates" / "default";
        for (const char* part : {"message.txt.mustache", "message.html.mustache", "style.css"}) {
            std::string text = slurp(installed / part);
            if (const auto body = text.find("<body"); body != std::string::npos)
                text.insert(text.find('>', body) + 1, "\n<p>Page-" + mark + "</p>\n");
            dir.write(std::string("templates/mine/") + part, text);
        }
    }
    void open(std::uint16_t relay_port, const std::string& archive) {
        configure({.relay_port = relay_port,
                   .extra = "templates: ./templates",
                   .newsletter = "template: mine\n    archive: " + archive});
    }
    std::string ask(const std::string& path, std::vector<std::string> arguments = {}) {
        std::vector<std::string> argv{"curl", "-s", "-i", "--max-time", "20"};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        argv.push_back(fmt::format("http://127.0.0.1:{}{}", http_port, path));
        return run(argv).output;
    }
    static std::string field(const std::string& answer, const std::string& name) {
        const auto begin = answer.find("\r\n" + name + ": ");
        if (begin == std::string::npos) return {};
        const auto value = begin + name.size() + 4;
        return answer.substr(value, answer.find("\r\n", value) - value);
    }
};

}  // namespace

TEST_CASE_METHOD(ReadingOnline,
                 "a letter's page is the mail that was sent, whatever becomes of its template") {
    const AiosmtpdServer server({});
    write_template("One");
    open(server.port(), "true");
    publish({});
    import_readers(1);
    CHECK(has(command({"check"}).output,
              fmt::format("notes: everybody reads what was sent at http://127.0.0.1:{}/a/notes", http_port)));
    Process daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    CHECK(ask("/a/notes/1").starts_with("HTTP/1.1 404"));
    CHECK(has(ask("/a/notes"), "Nothing has been sent yet."));
    publish({"first"});
    REQUIRE(eventually([&] { return server.messages().size() == 1; }));
    REQUIRE(eventually([&] { return has(ask("/a/notes"), "/a/notes/1\""); }));

    write_template("Two");
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return has(daemon.errors(), "reloaded"); }));
    const std::string letter = ask("/a/notes/1");
    CHECK(letter.starts_with("HTTP/1.1 200"));
    CHECK(has(letter, "Page-One"));
    CHECK_FALSE(has(letter, "Page-Two"));
    CHECK(has(letter, "About first."));
    CHECK_FALSE(has(letter, "/u/"));
    CHECK_FALSE(has(letter, "reader1"));
    CHECK(field(letter, "Cache-Control") == "public, max-age=300");
    CHECK(field(letter, "X-Robots-Tag") == "all");
    const std::string tag = field(letter, "ETag");
    const std::string known = ask("/a/notes/1", {"-H", "If-None-Match: " + tag});
    CHECK(known.starts_with("HTTP/1.1 304"));
    CHECK_FALSE(has(known, "<html"));
    const std::string head = ask("/a/notes/1", {"--head"});
    CHECK(head.starts_with("HTTP/1.1 200"));
    CHECK(field(head, "ETag") == tag);
    CHECK(ask("/a/notes/1", {"--data-raw", "x=y"}).starts_with("HTTP/1.1 405"));
    CHECK(has(ask("/a/notes/feed"), "<title>first</title>"));

    open(server.port(), "false");
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return ask("/a/notes").starts_with("HTTP/1.1 404"); }));
    CHECK(ask("/a/notes/1").starts_with("HTTP/1.1 404"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

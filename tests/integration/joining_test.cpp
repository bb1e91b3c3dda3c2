// Readers who join by the page of a running daemon, over real HTTP and real SMTP.
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround;
using namespace paperround::test;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// What stands between two marks; empty where they do not.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const auto begin = text.find(before);
    if (begin == std::string::npos) return {};
    const auto end = text.find(after, begin + before.size());
    return text.substr(begin + before.size(), end - begin - before.size());
}

// Without the soft line breaks and equals signs of quoted-printable.
std::string plain(std::string text) {
    for (auto at = text.find("=\n"); at != std::string::npos; at = text.find("=\n")) text.erase(at, 2);
    for (auto at = text.find("=3D"); at != std::string::npos; at = text.find("=3D")) text.replace(at, 3, "=");
    return text;
}

struct Page {
    int status = 0;
    std::string head;
    std::string body;
};

struct Joining : DaemonFixture {
    void open(std::uint16_t relay_port, const std::string& newsletter = "subscribe: true",
              const std::string& http_extra = ", trusted_proxies: [127.0.0.1]") {
        configure({.relay_port = relay_port, .retry = "{first: 1s}", .newsletter = newsletter});
        std::string yaml = slurp(dir / "config.yaml");
        const auto http = yaml.find("\"}\nretry");
        REQUIRE(http != std::string::npos);
        dir.write("config.yaml", yaml.insert(http + 1, http_extra));
    }
    Page ask(const std::string& url, std::vector<std::string> arguments = {}) {
        std::vector<std::string> argv{
            "curl", "-s", "-i", "--max-time", "20", "-H", "X-Forwarded-For: 203.0.113.77"};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        argv.push_back(url);
        const std::string output = run(argv).output;
        const auto gap = output.find("\r\n\r\n");
        Page page{.head = output.substr(0, gap),
                  .body = gap == std::string::npos ? "" : output.substr(gap + 4)};
        if (output.size() > 12) page.status = std::atoi(output.c_str() + 9);
        return page;
    }
    std::string url(const std::string& path) const {
        return fmt::format("http://127.0.0.1:{}{}", http_port, path);
    }
    Page post(const std::string& where, const std::string& body) { return ask(where, {"--data-raw", body}); }
    // Fills in the form as a person does: the first press that is not too soon counts.
    Page subscribe(const std::string& address) {
        const std::string stamp = between(ask(url("/s/notes")).body, "name=\"stamp\" value=\"", "\"");
        REQUIRE_FALSE(stamp.empty());
        Page answer;
        CHECK(eventually([&] {
            answer = post(url("/s/notes"), "email=" + percent_encode(address) + "&website=&stamp=" + stamp);
            return !has(answer.body, "One more step");
        }));
        return answer;
    }
    static std::string link_in(const std::string& message) {
        const std::string mail = plain(message);
        const std::string token = between(mail, "/c/", "\n");
        return token.substr(
            0, token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"));
    }
    nlohmann::json shown(const std::string& address) {
        return nlohmann::json::parse(command({"subscribers", "show", address, "--json"}).output, nullptr,
                                     false);
    }
};

}  // namespace

// Takes over 2 s: the form is not answered sooner.
TEST_CASE_METHOD(Joining, "a reader joins by a page, gets the next mailing, and leaves by one click") {
    const AiosmtpdServer server({});
    open(server.port());
    publish({});
    Process daemon = start();
    REQUIRE(eventually([&] { return ready(); }));

    const Page asked = subscribe("ann@example.org");
    CHECK(asked.status == 200);
    CHECK(has(asked.body, "Look into your mailbox"));
    CHECK(has(asked.head, "Content-Security-Policy: default-src 'none'; style-src 'sha256-"));
    CHECK(asked.head.find("Content-Security-Policy") == asked.head.rfind("Content-Security-Policy"));
    CHECK_FALSE(has(asked.head, "Set-Cookie"));
    REQUIRE(eventually([&] { return server.messages().size() == 1; }));
    CHECK(command({"subscribers", "show", "ann@example.org"}).status != 0);

    const std::string link = url("/c/" + link_in(server.messages().front()));
    CHECK(ask(link).status == 200);
    CHECK(ask(link, {"--head"}).status == 200);
    CHECK(post(link, "").status == 400);
    CHECK(command({"subscribers", "show", "ann@example.org"}).status != 0);
    const Page confirmed = post(link, "confirm=yes");
    CHECK(confirmed.status == 200);
    CHECK(has(confirmed.body, "You are subscribed"));

    const auto ann = shown("ann@example.org");
    CHECK(ann["state"] == "active");
    CHECK(ann["consent"]["network"] == "203.0.113.0/24");
    CHECK(ann["consent"]["form"] == url("/s/notes"));
    CHECK(ann["consent"]["confirmed"].is_string());
    const std::string words = command({"subscribers", "show", "ann@example.org"}).output;
    CHECK(has(words, "by " + url("/s/notes") + ", from 203.0.113.0/24"));

    publish({"first"});
    REQUIRE(eventually([&] { return server.messages().size() == 2; }));
    const auto messages = server.messages();  // in no order
    const auto with_link = std::ranges::find_if(
        messages, [](const std::string& message) { return has(message, "List-Unsubscribe:"); });
    REQUIRE(with_link != messages.end());
    const std::string mailing = plain(*with_link);
    CHECK(has(mailing, "X-RcptTo: ann@example.org"));
    const std::string leave = "/u/" + between(mailing, "/u/", ">");
    CHECK(post(url(leave), "List-Unsubscribe=One-Click").status == 200);
    CHECK(shown("ann@example.org")["state"] == "left");
    CHECK(post(link, "confirm=yes").status == 404);  // the old link brings nobody back

    publish({"first", "second"});
    REQUIRE(eventually([&] { return has(command({"mailings", "list"}).output, "second"); }));
    REQUIRE(eventually([&] { return has(command({"mailings", "show", "2", "--json"}).output, "\"done\""); }));
    CHECK(server.messages().size() == 2);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
    CHECK(has(daemon.errors(), "the mail that asks ann@example.org to confirm: sent (main, final_dot): 250"));
}

TEST_CASE_METHOD(Joining, "a mail that is owed outlives a kill, and goes out once when the relay is there") {
    const std::uint16_t port = free_port();
    open(port);
    publish({});
    {
        Process daemon = start();
        REQUIRE(eventually([&] { return ready(); }));
        CHECK(subscribe("ann@example.org").status == 200);
        daemon.signal(SIGKILL);
        static_cast<void>(daemon.wait());
    }
    const AiosmtpdServer server({});
    open(server.port());
    Process daemon = start();
    REQUIRE(eventually([&] { return server.messages().size() == 1; }));
    CHECK(has(plain(server.messages().front()), "X-RcptTo: ann@example.org"));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
    CHECK(server.messages().size() == 1);
}

// Takes some 7 s: a relay that is not there rests for 5 s.
TEST_CASE_METHOD(Joining, "a run that ends sends the mail that is owed, and says when it is not due yet") {
    const std::uint16_t port = free_port();
    open(port);
    publish({});
    {
        Process daemon = start();
        REQUIRE(eventually([&] { return ready(); }));
        CHECK(subscribe("ann@example.org").status == 200);
        daemon.signal(SIGTERM);
        CHECK(daemon.wait() == 0);
    }
    const AiosmtpdServer server({});
    open(server.port());
    const auto early = command({"run", "--once"});
    CHECK(early.status == 75);
    CHECK(has(early.output, "next due "));
    REQUIRE(eventually([&] { return command({"run", "--once"}).status == 0; }));
    REQUIRE(server.messages().size() == 1);
    CHECK(has(plain(server.messages().front()), "X-RcptTo: ann@example.org"));
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(server.messages().size() == 1);
}

TEST_CASE_METHOD(Joining, "a reload goes on with who has asked, and closes the page where that is said") {
    const AiosmtpdServer server({});
    open(server.port());
    publish({});
    Process daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    CHECK(subscribe("ann@example.org").status == 200);
    REQUIRE(eventually([&] { return server.messages().size() == 1; }));
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return has(daemon.errors(), "reloaded"); }));
    CHECK(subscribe("bob@example.org").status == 200);
    REQUIRE(eventually([&] { return server.messages().size() == 2; }));
    const std::string link = url("/c/" + link_in(server.messages().front()));
    CHECK(post(link, "confirm=yes").status == 200);
    open(server.port(), "subscribe: false");
    daemon.signal(SIGHUP);
    REQUIRE(eventually([&] { return ask(url("/s/notes")).status == 404; }));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
}

TEST_CASE_METHOD(Joining, "check says where readers join, and what an unconfirmed list risks") {
    open(free_port(), "subscribe: true\n    confirm: false");
    publish({});
    const std::string said = command({"check"}).output;
    CHECK(has(said, "notes: readers join at " + url("/s/notes")));
    CHECK(has(said, "warning: notes: confirm: false lets anybody put anybody's address on the list"));
}

// Takes over 2 s: neither the form nor a file that was just written is taken sooner.
TEST_CASE_METHOD(Joining, "who confirms is sent the welcome letters, by the daemon and by a single run") {
    const AiosmtpdServer server({});
    dir.write("letters/1-hello.md", "---\ntitle: Nice that you are here\nafter: 0d\n---\nHello.\n");
    dir.write("letters/2-more.md", "---\ntitle: One more thing\nafter: 4s\n---\nMore.\n");
    dir.write("letters/3-wrong.md", "---\ntitle: Wrong\nafter: soon\n---\nWrong.\n");
    open(server.port(), "subscribe: true\n    welcome: letters");
    publish({});
    CHECK(has(command({"check"}).output,
              "3-wrong.md:3: after: expected how long after joining the letter is due"));
    Process daemon = start();
    REQUIRE(eventually([&] { return ready(); }));
    CHECK(subscribe("ann@example.org").status == 200);
    REQUIRE(eventually([&] { return server.messages().size() == 1; }));
    CHECK(post(url("/c/" + link_in(server.messages().front())), "confirm=yes").status == 200);
    REQUIRE(eventually([&] { return server.messages().size() >= 2; }));
    const auto came = [&server](const std::string& subject) {
        const auto messages = server.messages();  // in no order
        return std::ranges::count_if(
            messages, [&](const std::string& message) { return has(message, "Subject: " + subject); });
    };
    CHECK(came("Nice that you are here") == 1);
    daemon.signal(SIGTERM);
    CHECK(daemon.wait() == 0);
    REQUIRE(eventually([&] {
        const auto once = command({"run", "--once"});
        UNSCOPED_INFO(once.output);
        CHECK(once.status == 0);
        return server.messages().size() == 3;
    }));
    CHECK(came("One more thing") == 1);
    CHECK(command({"run", "--once"}).status == 0);
    CHECK(server.messages().size() == 3);
    const auto welcome = shown("ann@example.org").at("welcome");
    CHECK(welcome.at("letters").size() == 2);
    CHECK(welcome.at("letters").at(0).at("letter") == "1-hello");
    CHECK(welcome.at("next_due").is_null());
    CHECK(has(command({"mailings"}).output, "Nice that you are here (welcome, after 0s)"));
    CHECK(has(command({"sources"}).output, "letters"));
}

// Takes some 8 s: a browser, a daemon and an SMTP server begin, and the form is not answered before 2 s.
TEST_CASE_METHOD(Joining, "a reader joins and leaves in Chromium, with the keyboard and without JavaScript") {
    for (const char* program : {"chromium", "chromedriver"}) {
        if (run({"sh", "-c", std::string("command -v ") + program}).status == 0) continue;
        fmt::print("skipped: there is no {} (group `clients` of scripts/packages)\n", program);
        return;
    }
    const auto joined = run({source_folder() + "/scripts/screenshots/joining.py", paperround_program(),
                             (dir / "pictures").string(), "ja"});
    CAPTURE(joined.output, joined.errors);
    CHECK(joined.status == 0);
    CHECK(joined.output ==
          "ja: \u767b\u9332\u306e\u78ba\u8a8d\uff1a\u91ce\u306e\u4fbf\u308a: joined, read and left\n");
}

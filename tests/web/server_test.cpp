#include "web/server.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "support/wait.hpp"
#include "web/form.hpp"
#include "web_fixture.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::has;
using test::Site;

TEST_CASE("GET shows a page with one button and changes nothing") {
    const Site site;
    for (int i = 0; i < 3; ++i) {
        const auto answer = site.curl("/u/tok-EN_1");
        CHECK(answer.status == 200);
        CHECK(has(answer.body, "<form method=\"post\">"));
        CHECK(has(answer.body, "Field Notes"));
        CHECK(has(answer.body, "a•••@example.org"));
        CHECK_FALSE(has(answer.body, "ann@"));
    }
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("HEAD answers like GET, without the page, and changes nothing") {
    const Site site;
    const auto answer = site.curl("/u/tok-EN_1", {"-I"});
    CHECK(answer.status == 200);
    CHECK(answer.body.empty());
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("a one-click POST, urlencoded, leaves without a redirect") {
    Site site;
    const auto answer = site.one_click("/u/tok-EN_1");
    CHECK(answer.status == 200);
    CHECK_FALSE(has(answer.headers, "Location"));
    CHECK(has(answer.body, "You have left the list"));
    CHECK_FALSE(has(answer.body, "<form"));
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
    CHECK(site.readers.is_active("tok-DE_1"));
}

TEST_CASE("a mail program that leaves for its reader gets a word, and no page is made") {
    Site site;
    const auto answer = site.curl("/u/tok-EN_1", {"-d", "List-Unsubscribe=One-Click"});
    CHECK(answer.status == 200);
    CHECK(has(answer.headers, "text/plain"));
    CHECK(answer.body == "left\n");
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
    CHECK(site.curl("/u/tok-EN_1", {"-d", "List-Unsubscribe=One-Click"}).body == "had left already\n");
}

TEST_CASE("a one-click POST, multipart, leaves") {
    Site site;
    CHECK(site.curl("/u/tok-EN_1", {"-F", "List-Unsubscribe=One-Click"}).status == 200);
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a chunked one-click POST leaves") {
    Site site;
    CHECK(site.curl("/u/tok-EN_1", {"-d", "List-Unsubscribe=One-Click", "-H", "Transfer-Encoding: chunked"})
              .status == 200);
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("leaving twice is answered with 200 both times") {
    const Site site;
    CHECK(site.one_click("/u/tok-EN_1").status == 200);
    const auto again = site.one_click("/u/tok-EN_1");
    CHECK(again.status == 200);
    CHECK(has(again.body, "You have already left"));
    const auto page = site.curl("/u/tok-EN_1");
    CHECK(page.status == 200);
    CHECK_FALSE(has(page.body, "<form"));
}

TEST_CASE("a POST that does not ask to leave changes nothing and shows the button") {
    Site site;
    const auto answer = site.curl("/u/tok-EN_1", {"-d", "x=1"});
    CHECK(answer.status == 400);
    CHECK(has(answer.body, "<form method=\"post\">"));
    CHECK(site.curl("/u/tok-EN_1", {"-d", ""}).status == 400);  // an empty form
    CHECK(site.curl("/u/tok-EN_1",
                    {"-d", R"({"List-Unsubscribe":"One-Click"})", "-H", "Content-Type: application/json"})
              .status == 400);
    CHECK(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a one-click POST without a body, as some mail programs send it, leaves") {
    Site site;
    CHECK(site.curl("/u/tok-EN_1", {"-X", "POST"}).status == 200);
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a one-click POST leaves in every shape that mail programs and proxies give it") {
    const std::string field =
        GENERATE(as<std::string>{}, "Content-Type: text/plain;charset=UTF-8",
                 "Content-Type: application/octet-stream", "Content-Encoding: identity",
                 "Content-Encoding: Identity ", "Content-Encoding:", "Expect: 100-continue");
    CAPTURE(field);
    Site site;
    const auto answer = site.raw("POST /u/tok-EN_1 HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n" + field +
                                 "\r\n\r\nList-Unsubscribe=One-Click");
    CHECK(has(answer, "200 OK"));
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a one-click POST leaves by every spelling of its link") {
    const std::string target =
        GENERATE(as<std::string>{}, "/u/tok-EN_1/", "//u/tok-EN_1", "https://news.example.org/u/tok-EN_1",
                 "/news/u/tok-EN_1", "/%75/tok%2DEN%5F1", "/u/tok%252DEN_1", "/u/tok-EN_1%3E",
                 "/u/tok-EN_1=", "/u/tok-EN_1.", "/u/tok-EN_1?utm_source=x&a=b", "/u/tok-EN_1?a=b?c=d",
                 "/u/tok-EN_1&utm_source=x", "/u/tok-EN_1#top");
    CAPTURE(target);
    Site site;
    const std::string version = GENERATE(as<std::string>{}, "1.1", "1.0");
    const auto answer = site.raw("POST " + target + " HTTP/" + version +
                                 "\r\nHost: x\r\nContent-Length: 26\r\n\r\nList-Unsubscribe=One-Click");
    CHECK(has(answer, "200 OK"));
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a chunked one-click POST leaves, with extensions and trailer fields") {
    Site site;
    const auto answer = site.raw(
        "POST /u/tok-EN_1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "10;x=y\r\nList-Unsubscribe\r\nA\r\n=One-Click\r\n0\r\nX-Sum: 1\r\n\r\n");
    CHECK(has(answer, "200 OK"));
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("no spelling of a link makes a GET or a HEAD change anything") {
    const Site site;
    const std::string path = GENERATE(as<std::string>{}, "/u/tok-EN_1/", "//u/tok-EN_1", "/news/u/tok-EN_1",
                                      "/u/tok-EN_1?List-Unsubscribe=One-Click");
    CAPTURE(path);
    CHECK(site.curl(path).status == 200);
    CHECK(site.curl(path, {"-I"}).status == 200);
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("the health check says 503 while nothing can be written") {
    test::ScriptedUnsubscribing readers;
    std::atomic<bool> ailing = true;
    web::ServerOptions options;
    options.port = 0;
    options.base_path = "/news";
    options.ailment = [&ailing] { return std::string(ailing ? "the database cannot be written" : ""); };
    const auto server =
        web::WebServer::start(readers, web::Pages::load(test::web_templates()).value(), options).value();
    const auto status = [&](const std::string& path) {
        return test::run({"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
                          "http://127.0.0.1:" + std::to_string(server.port()) + path})
            .output;
    };
    CHECK(status("/healthz") == "503");
    ailing = false;
    CHECK(status("/healthz") == "200");
    CHECK(status("/news/healthz") == "200");
    CHECK(status("/news/") == "200");
}

TEST_CASE("the pages speak the newsletter's language") {
    const Site site;
    const auto answer = site.curl("/u/tok-DE_1", {"-H", "Accept-Language: en"});
    CHECK(has(answer.body, "<html lang=\"de\""));
    CHECK(has(answer.body, "Abbestellen"));
    CHECK(has(site.one_click("/u/tok-DE_1").body, "Sie sind abgemeldet"));
}

TEST_CASE("a link that is not ours is answered with 404, for GET and POST") {
    const Site site;
    const auto answer = site.curl("/u/nobody", {"-H", "Accept-Language: de-DE,de;q=0.9"});
    CHECK(answer.status == 404);
    CHECK(has(answer.body, "Dieser Link funktioniert nicht"));
    CHECK(site.one_click("/u/nobody").status == 404);
    CHECK(site.curl("/u/nobody", {"-d", "x=1"}).status == 404);
}

TEST_CASE("when the database fails, the reader is told that it is not done, and when to come back") {
    Site site;
    site.readers.leave_fails = true;
    const auto answer = site.one_click("/u/tok-EN_1");
    CHECK(answer.status == 503);
    CHECK(has(answer.headers, "Retry-After: 120"));
    CHECK(has(answer.body, "Not done yet"));
    CHECK_FALSE(has(answer.body, "disk"));
    REQUIRE(site.failures.size() == 1);
    CHECK(site.failures[0] == "database: database or disk is full");
    site.readers.describe_fails = true;
    CHECK(site.curl("/u/tok-EN_1").status == 503);
}

TEST_CASE("once it is done, a page that cannot be described is no failure") {
    Site site;
    site.readers.describe_fails = true;
    const auto answer = site.one_click("/u/tok-EN_1");
    CHECK(answer.status == 200);
    CHECK(has(answer.body, "You have left the list"));
    site.readers.describe_fails = false;
    CHECK_FALSE(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("other methods are refused with what is allowed") {
    const Site site;
    const std::string method = GENERATE(as<std::string>{}, "PUT", "DELETE", "PATCH", "OPTIONS");
    const auto answer = site.curl("/u/tok-EN_1", {"-X", method, "-d", "List-Unsubscribe=One-Click"});
    CHECK(answer.status == 405);
    CHECK(has(answer.headers, "Allow: GET, HEAD, POST"));
    CHECK(site.curl("/", {"-X", method}).status == 405);
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("POST elsewhere is refused") {
    const Site site;
    const auto answer = site.one_click("/");
    CHECK(answer.status == 405);
    CHECK(has(answer.headers, "Allow: GET, HEAD\r"));
}

TEST_CASE("the front page names the program, and the health check is plain") {
    const Site site;
    CHECK(has(site.curl("/").body, "Paperround"));
    const auto health = site.curl("/healthz");
    CHECK(health.status == 200);
    CHECK(health.body == "ok\n");
}

TEST_CASE("paths that climb or wander find nothing") {
    const Site site;
    const std::string path =
        GENERATE(as<std::string>{}, "/../../etc/passwd", "/u/../../etc/passwd", "/u/%2e%2e%2fsecret.key",
                 "/u/", "/u", "/u/a/b", "/u/../tok-EN_1", "/page.html", "/u/%00");
    CAPTURE(path);
    const auto answer = site.curl(path);
    CHECK(answer.status == 404);
    CHECK_FALSE(has(answer.body, "root:"));
}

TEST_CASE("a very long path is refused") {
    const Site site;
    CHECK(site.curl("/u/" + std::string(7000, 'A')).status == 414);
}

TEST_CASE("every page carries the security headers") {
    const Site site;
    const std::string path = GENERATE(as<std::string>{}, "/", "/u/tok-EN_1", "/u/nobody", "/nothing");
    const auto headers = site.curl(path).headers;
    CAPTURE(path);
    CHECK(has(headers, "Content-Security-Policy: default-src 'none'; style-src 'sha256-"));
    CHECK(has(headers, "Referrer-Policy: no-referrer"));
    CHECK(has(headers, "X-Content-Type-Options: nosniff"));
    CHECK(has(headers, "Cache-Control: no-store"));
    CHECK(has(headers, "Connection: close"));
}

TEST_CASE("a title full of HTML is shown as text") {
    Site site;
    site.readers.members["evil"] = {"<script>alert(1)</script>\"'&{{address}}", "en", "<b>x@example.org",
                                    true};
    for (const auto& answer : {site.curl("/u/evil"), site.one_click("/u/evil")}) {
        CHECK(answer.status == 200);
        CHECK_FALSE(has(answer.body, "<script"));
        CHECK_FALSE(has(answer.body, "<b>"));
        CHECK(has(answer.body, "&lt;script&gt;"));
        CHECK(has(answer.body, "{{address}}"));
    }
}

TEST_CASE("a body over the limit is refused, however it is sent") {
    Site site;
    const std::string big = "List-Unsubscribe=One-Click&x=" + std::string(web::form_limit, 'x');
    CHECK(site.curl("/u/tok-EN_1", {"-d", big}).status == 413);
    const auto chunked = site.curl("/u/tok-EN_1", {"-d", big, "-H", "Transfer-Encoding: chunked"});
    CHECK(chunked.status >= 400);
    CHECK(site.curl("/u/tok-EN_1", {"-F", "List-Unsubscribe=One-Click", "-F", "x=" + big}).status == 413);
    CHECK(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("a compressed body is refused before it is unpacked") {
    Site site;
    CHECK(site.curl("/u/tok-EN_1", {"-d", "List-Unsubscribe=One-Click", "-H", "Content-Encoding: gzip"})
              .status == 415);
    CHECK(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("header fields without end are cut off") {
    const Site site;
    std::string request = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 20'000; ++i) request += "X-" + std::to_string(i) + ": y\r\n";
    CHECK_FALSE(has(site.raw(request + "\r\n"), "200 OK"));
    CHECK(site.curl("/healthz").status == 200);
}

TEST_CASE("a chunked body without end is cut off") {
    Site site;
    std::string request = "POST /u/tok-EN_1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 40'000; ++i) request += "1\r\nx\r\n";
    CHECK_FALSE(has(site.raw(request), "200 OK"));
    CHECK(site.readers.is_active("tok-EN_1"));
}

TEST_CASE("malformed requests are refused and harm nobody") {
    const Site site;
    const std::string request = GENERATE(
        as<std::string>{}, "\r\n\r\n", "GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET nowhere HTTP/1.1\r\n\r\n", std::string("GET /\0 HTTP/1.1\r\n\r\n", 19),
        "POST /u/tok-EN_1 HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /u/tok-EN_1 HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /u/tok-EN_1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nRange: bytes=" + std::string(8000, '1') + "-\r\n\r\n",
        "POST /u/tok-EN_1 HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc");
    const int fd = site.half_open(request);
    ::shutdown(fd, SHUT_WR);
    char buffer[4096];
    std::string answer;
    for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
        answer.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    CHECK_FALSE(has(answer, "You have left"));
    CHECK(site.curl("/healthz").status == 200);
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("a second request on a connection is not answered") {
    Site site;
    const std::string post =
        "POST /u/tok-EN_1 HTTP/1.1\r\nContent-Length: 26\r\n\r\nList-Unsubscribe=One-Click";
    const auto answer = site.raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + post);
    CHECK(has(answer, "200 OK"));
    CHECK(site.readers.leave_calls == 0);
}

TEST_CASE("a page to leave has its newsletter's colours, and one policy that allows them") {
    test::Site site;
    site.readers.members["tok-EN_1"].look = {.accent = "#0a5c8f",
                                             .on_accent = "#ffffff",
                                             .accent_dark = "#5aa9dd",
                                             .on_accent_dark = "#1d1b18",
                                             .logo = "https://pictures.example.org/logo.png"};
    const auto page = site.curl("/u/tok-EN_1");
    CHECK(has(page.body, "--button: #0a5c8f"));
    CHECK(has(page.headers, "img-src https://pictures.example.org;"));
    const auto policy = page.headers.find("Content-Security-Policy");
    REQUIRE(policy != std::string::npos);
    CHECK(page.headers.find("Content-Security-Policy", policy + 1) == std::string::npos);
}

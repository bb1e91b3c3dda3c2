#include "net/curl_http_client.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "support/wait.hpp"
#include "support/web_server.hpp"

using namespace paperround;
using net::HttpError;
using test::WebServer;

namespace {

Result<net::HttpResponse, HttpError> get(const std::string& url) {
    net::CurlHttpClient client("https://news.example.org");
    net::HttpRequest request;
    request.url = url;
    return client.get(request);
}

HttpError::Code refusal(const std::string& url) {
    const auto answer = get(url);
    REQUIRE_FALSE(answer.has_value());
    INFO(answer.error().message);
    CHECK(answer.error().message.find('\n') == std::string::npos);
    return answer.error().code;
}

}  // namespace

TEST_CASE("a document comes with its status, type and validators") {
    const WebServer server(R"({"/feed": [{"body": "hello", "etag": "\"v1\"", "headers": {
        "Last-Modified": "Sun, 22 Nov 2026 08:00:00 GMT", "Content-Type": "application/rss+xml; charset=utf-8"}}]})");
    const auto answer = get(server.url("/feed"));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == "hello");
    CHECK(answer->etag == "\"v1\"");
    CHECK(answer->last_modified == "Sun, 22 Nov 2026 08:00:00 GMT");
    CHECK(answer->content_type == "application/rss+xml; charset=utf-8");
    CHECK(answer->effective_url == server.url("/feed"));
    CHECK_FALSE(answer->permanent_url.has_value());
    CHECK_FALSE(answer->retry_after.has_value());
}

TEST_CASE("the user agent names the program and the installation") {
    const WebServer server(R"({"/": [{"body": ""}]})");
    REQUIRE(get(server.url("/")).has_value());
    CHECK(server.log().find("Paperround/0.1 (+https://news.example.org)") != std::string::npos);
}

TEST_CASE("a known ETag is answered by 304 without a body") {
    const WebServer server(R"({"/feed": [{"body": "hello", "etag": "\"v1\""}]})");
    net::CurlHttpClient client("https://news.example.org");
    net::HttpRequest request;
    request.url = server.url("/feed");
    request.etag = "\"v1\"";
    request.last_modified = "Sun, 22 Nov 2026 08:00:00 GMT";
    const auto answer = client.get(request);
    REQUIRE(answer.has_value());
    CHECK(answer->status == 304);
    CHECK(answer->body.empty());
    CHECK(server.log().find("\"If-Modified-Since\": \"Sun, 22 Nov 2026 08:00:00 GMT\"") != std::string::npos);
}

TEST_CASE("a validator with a line break in it is not sent") {
    const WebServer server(R"({"/feed": [{"body": "hello"}]})");
    net::CurlHttpClient client("https://news.example.org");
    net::HttpRequest request;
    request.url = server.url("/feed");
    request.etag = "\"v1\"\r\nX-Smuggled: yes";
    REQUIRE(client.get(request).has_value());
    CHECK(server.log().find("Smuggled") == std::string::npos);
}

TEST_CASE("a request that must stay on the internet reaches nothing behind our doors, however it is spelt") {
    const WebServer server(R"({"/feed": [{"body": "secret"}],
        "/away": [{"status": 302, "headers": {"Location": "/feed"}}]})");
    const std::string port = std::to_string(server.port());
    for (const std::string host : {"127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost"}) {
        INFO(host);
        net::CurlHttpClient client("");
        net::HttpRequest request;
        request.url = "http://" + host + ":" + port + "/away";
        CHECK(client.get(request).has_value());
        request.reach = net::Reach::public_only;
        const auto answer = client.get(request);
        REQUIRE_FALSE(answer.has_value());
        CHECK(answer.error().code == HttpError::Code::not_public);
    }
}

TEST_CASE("a Content-Encoding that is none is passed over") {
    for (const std::string coding : {"aws-chunked", "UTF-8", "none", "identity, utf8"}) {
        INFO(coding);
        const WebServer server(R"({"/feed": [{"body": "hello", "headers": {"Content-Encoding": ")" + coding +
                               R"("}}]})");
        const auto answer = get(server.url("/feed"));
        REQUIRE(answer.has_value());
        CHECK(answer->body == "hello");
    }
}

TEST_CASE("a plain body that is said to be gzip is read, one that is broken gzip is not") {
    const WebServer plain(R"({"/feed": [{"body": "hello", "headers": {"Content-Encoding": "gzip"}}]})");
    const auto answer = get(plain.url("/feed"));
    REQUIRE(answer.has_value());
    CHECK(answer->body == "hello");
    const WebServer broken(
        R"({"/feed": [{"raw": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 11\r\n\r\n\u001f\u008b\u0009\u0000\u0000\u0000\u0000\u0000\u0000\u0003x"}]})");
    CHECK_FALSE(get(broken.url("/feed")).has_value());
}

TEST_CASE("gzip is undone under a name that is none, and with octets behind its end") {
    for (
        const std::string answer :
        {R"("HTTP/1.1 200 OK\r\nContent-Encoding: aws-chunked,gzip\r\nContent-Length: 23\r\n\r\n\u001f\u008b\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0003\u002b\u004e\u004d\u0004\u0000\u0037\u00c1\u00c9\u008b\u0003\u0000\u0000\u0000")",
         R"("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 43\r\n\r\n\u001f\u008b\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0003\u002b\u004e\u004d\u0004\u0000\u0037\u00c1\u00c9\u008b\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000")"}) {
        const WebServer server(R"({"/feed": [{"raw": )" + answer + "}]}");
        const auto read = get(server.url("/feed"));
        REQUIRE(read.has_value());
        CHECK(read->body == "sea");
    }
}

TEST_CASE("gzip is undone") {
    const WebServer server(R"({"/feed": [{"body": "hello, compressed world", "gzip": true}]})");
    const auto answer = get(server.url("/feed"));
    REQUIRE(answer.has_value());
    CHECK(answer->body == "hello, compressed world");
}

TEST_CASE("a chain of 301 and 308 is followed, but over http nobody says for good where to go") {
    const WebServer server(R"({
        "/a": [{"status": 301, "headers": {"Location": "/b"}}],
        "/b": [{"status": 308, "headers": {"Location": "c?x=1"}}],
        "/c?x=1": [{"body": "moved"}]})");
    const auto answer = get(server.url("/a"));
    REQUIRE(answer.has_value());
    CHECK(answer->body == "moved");
    CHECK(answer->effective_url == server.url("/c?x=1"));
    CHECK_FALSE(answer->permanent_url.has_value());
}

TEST_CASE("one temporary redirect in the chain makes the whole of it temporary") {
    const WebServer server(R"({
        "/a": [{"status": 301, "headers": {"Location": "/b"}}],
        "/b": [{"status": 302, "headers": {"Location": "/c"}}],
        "/c": [{"body": "here for now"}]})");
    const auto answer = get(server.url("/a"));
    REQUIRE(answer.has_value());
    CHECK(answer->effective_url == server.url("/c"));
    CHECK_FALSE(answer->permanent_url.has_value());
}

TEST_CASE("a redirect loop ends after ten redirects") {
    const WebServer server(R"({"/a": [{"status": 302, "headers": {"Location": "/b"}}],
                               "/b": [{"status": 302, "headers": {"Location": "/a"}}]})");
    CHECK(refusal(server.url("/a")) == HttpError::Code::redirect_loop);
    CHECK(server.requests() == 11);
}

TEST_CASE("redirects to anything but http and https are refused") {
    const WebServer server(R"({
        "/file": [{"status": 302, "headers": {"Location": "file:///etc/passwd"}}],
        "/ftp": [{"status": 301, "headers": {"Location": "ftp://127.0.0.1/x"}}],
        "/user": [{"status": 301, "headers": {"Location": "http://name:word@127.0.0.1/x"}}]})");
    CHECK(refusal(server.url("/file")) == HttpError::Code::bad_url);
    CHECK(refusal(server.url("/ftp")) == HttpError::Code::bad_url);
    CHECK(refusal(server.url("/user")) == HttpError::Code::bad_url);
}

TEST_CASE("URLs that are not http or https are refused unread") {
    CHECK(refusal("file:///etc/passwd") == HttpError::Code::bad_url);
    CHECK(refusal("gopher://127.0.0.1/") == HttpError::Code::bad_url);
    CHECK(refusal("not a url") == HttpError::Code::bad_url);
    CHECK(refusal("http://127.0.0.1/\r\nX: y") == HttpError::Code::bad_url);
    CHECK(refusal("") == HttpError::Code::bad_url);
}

TEST_CASE("a body of exactly the limit is taken, one octet more is not") {
    const WebServer server(R"({"/full": [{"repeat": ["0123456789abcdef", 655360]}],
                               "/over": [{"repeat": ["0123456789a", 1048576]}]})");
    const auto full = get(server.url("/full"));
    REQUIRE(full.has_value());
    CHECK(full->body.size() == 10U * 1024 * 1024);
    CHECK(refusal(server.url("/over")) == HttpError::Code::too_large);
}

TEST_CASE("a gzip bomb is stopped at the limit of the decompressed body") {
    const WebServer server(R"({"/bomb": [{"repeat": ["0000000000", 10000000], "gzip": true}]})");
    CHECK(refusal(server.url("/bomb")) == HttpError::Code::too_large);
}

TEST_CASE("a slow body runs into the time-out of the whole exchange") {
    const WebServer server(R"({"/slow": [{"body": "half and half", "stall": 30}]})");
    net::CurlHttpClient client("https://news.example.org");
    net::HttpRequest request;
    request.url = server.url("/slow");
    request.timeout = std::chrono::milliseconds(300);
    const auto answer = client.get(request);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == HttpError::Code::timeout);
}

TEST_CASE("a fetch that waits for a stalled server ends soon after it is cancelled") {
    const WebServer server(R"({"/slow": [{"body": "half and half", "stall": 30}]})");
    net::CurlHttpClient client("https://news.example.org");
    const auto began = std::chrono::steady_clock::now();
    std::jthread other([&] {
        REQUIRE(test::eventually([&] { return server.requests() == 1; }));
        client.cancel();
    });
    CHECK_THROWS_AS(client.get({.url = server.url("/slow")}), net::Cancelled);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(25));
}

TEST_CASE("the time-out counts over all redirects") {
    const WebServer server(R"({"/a": [{"status": 302, "headers": {"Location": "/slow"}}],
                               "/slow": [{"body": "half and half", "stall": 30}]})");
    net::CurlHttpClient client("https://news.example.org");
    net::HttpRequest request;
    request.url = server.url("/a");
    request.timeout = std::chrono::milliseconds(500);
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = client.get(request);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == HttpError::Code::timeout);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(25));
}

TEST_CASE("a refused connection is told apart from other failures") {
    CHECK(refusal("http://127.0.0.1:" + std::to_string(test::free_port()) + "/") == HttpError::Code::connect);
}

TEST_CASE("a body that ends before its length is a protocol failure, not a document") {
    const WebServer server(R"({"/cut": [{"body": "0123456789", "cut": 4}]})");
    CHECK(refusal(server.url("/cut")) == HttpError::Code::protocol);
}

TEST_CASE("an answer that is not HTTP is a protocol failure") {
    const WebServer server(R"({"/odd": [{"raw": "220 mail.example.org ESMTP\r\n"}]})");
    CHECK(refusal(server.url("/odd")) == HttpError::Code::protocol);
}

TEST_CASE("bad statuses are answers, with Retry-After in seconds or as a date") {
    const WebServer server(R"({
        "/busy": [{"status": 429, "headers": {"Retry-After": "120"}}],
        "/down": [{"raw": "HTTP/1.1 503 x\r\nDate: Sun, 22 Nov 2026 08:00:00 GMT\r\nRetry-After: Sun, 22 Nov 2026 08:10:00 GMT\r\nContent-Length: 0\r\n\r\n"}],
        "/odd": [{"status": 503, "headers": {"Retry-After": "soon"}}],
        "/gone": [{"status": 410, "body": "left"}]})");
    CHECK(get(server.url("/busy")).value().status == 429);
    CHECK(get(server.url("/busy")).value().retry_after == std::chrono::minutes(2));
    CHECK(get(server.url("/down")).value().retry_after == std::chrono::minutes(10));
    CHECK_FALSE(get(server.url("/odd")).value().retry_after.has_value());
    CHECK(get(server.url("/gone")).value().status == 410);
    CHECK(get(server.url("/not-there")).value().status == 404);
}

TEST_CASE("proxies named in the environment are not used") {
    const WebServer server(R"({"/feed": [{"body": "direct"}]})");
    ::setenv("http_proxy", "http://127.0.0.1:1", 1);
    ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    const auto answer = get(server.url("/feed"));
    ::unsetenv("http_proxy");
    ::unsetenv("ALL_PROXY");
    REQUIRE(answer.has_value());
    CHECK(answer->body == "direct");
}

TEST_CASE("endless header fields are stopped") {
    const std::string field = "X-Pad: " + std::string(60000, 'x');
    const WebServer server(R"({"/": [{"raw": "HTTP/1.1 200 OK\r\n)" + field + R"(\r\n)" + field + R"(\r\n)" +
                           field + R"(\r\n)" + field + R"(\r\n)" + field +
                           R"(\r\nContent-Length: 0\r\n\r\n"}]})");
    const auto code = refusal(server.url("/"));
    CHECK((code == HttpError::Code::too_large || code == HttpError::Code::protocol));
}

TEST_CASE("of a long document the head is taken, and no more is read") {
    const WebServer server(R"({"/a": [{"body": "0123456789"}]})");
    net::CurlHttpClient client("");
    net::HttpRequest request;
    request.url = server.url("/a");
    request.head_only = true;
    for (const std::size_t limit : {4, 10, 20}) {
        request.body_limit = limit;
        const auto answer = client.get(request);
        REQUIRE(answer.has_value());
        CHECK(answer->status == 200);
        CHECK(answer->body == std::string("0123456789").substr(0, limit));
    }
    CHECK(server.log().find("\"Range\": \"bytes=0-3\"") != std::string::npos);
    CHECK(server.log().find("Accept-Encoding") == std::string::npos);
}

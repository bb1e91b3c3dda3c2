// Posting forms, and which addresses are allowed.
#include <catch2/catch.hpp>

#include "net/curl_http_client.hpp"
#include "support/web_server.hpp"

using namespace paperround;
using net::FormRequest;
using net::HttpError;
using net::Reach;
using test::WebServer;

namespace {

Result<net::HttpResponse, HttpError> post(const std::string& url, Reach reach = Reach::anywhere) {
    net::CurlHttpClient client("https://news.example.org");
    FormRequest request;
    request.url = url;
    request.reach = reach;
    request.fields = {{"hub.mode", "subscribe"}, {"hub.topic", "https://example.org/?a=b&c=ü"}};
    return client.post(request);
}

}  // namespace

TEST_CASE("a form is posted as a form, with its fields encoded") {
    const WebServer server(R"({"/hub": [{"status": 202, "body": "later"}]})");
    const auto answer = post(server.url("/hub"));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 202);
    CHECK(answer->body == "later");
    const std::string log = server.log();
    CHECK(log.find("\"method\": \"POST\"") != std::string::npos);
    CHECK(log.find("application/x-www-form-urlencoded") != std::string::npos);
    CHECK(log.find("hub.mode=subscribe&hub.topic=https%3A%2F%2Fexample.org%2F%3Fa%3Db%26c%3D%C3%BC") !=
          std::string::npos);
}

TEST_CASE("307 and 308 are followed with the same form, other redirects are not") {
    const WebServer server(R"({
        "/a": [{"status": 307, "headers": {"Location": "/b"}}],
        "/b": [{"status": 308, "headers": {"Location": "/hub"}}],
        "/c": [{"status": 302, "headers": {"Location": "/hub"}}],
        "/hub": [{"status": 202}]})");
    CHECK(post(server.url("/a"))->status == 202);
    CHECK(test::count_of("\"method\": \"POST\"", server.log()) == 3);
    CHECK(post(server.url("/c"))->status == 302);
    CHECK(test::count_of("hub.mode=subscribe", server.log()) == 4);
}

TEST_CASE("redirects without end, and out of the web, are errors") {
    const WebServer server(R"({
        "/a": [{"status": 307, "headers": {"Location": "/a"}}],
        "/b": [{"status": 307, "headers": {"Location": "file:///etc/passwd"}}]})");
    CHECK(post(server.url("/a")).error().code == HttpError::Code::redirect_loop);
    CHECK(post(server.url("/b")).error().code == HttpError::Code::bad_url);
}

TEST_CASE("what a stranger names is not asked on this machine, however it is written") {
    const WebServer server(R"({"/hub": [{"status": 202}]})");
    const std::string port = std::to_string(server.port());
    for (const auto* host : {"127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
                             "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
                             "169.254.169.254", "10.0.0.1", "192.168.1.1", "[fe80::1]", "[fd00::1]"}) {
        CAPTURE(host);
        const auto answer = post(std::string("http://") + host + ":" + port + "/hub", Reach::public_only);
        REQUIRE_FALSE(answer.has_value());
        INFO(answer.error().message);
        CHECK(answer.error().code == HttpError::Code::not_public);
    }
    CHECK(server.requests() == 0);
}

TEST_CASE("a document tells whether it came from a local address, and its links") {
    const WebServer server(R"({"/feed": [{"body": "x", "headers": {"Link": "</hub>; rel=hub"}}]})");
    net::CurlHttpClient client("");
    net::HttpRequest request;
    request.url = server.url("/feed");
    const auto answer = client.get(request);
    REQUIRE(answer.has_value());
    CHECK(answer->local);
    CHECK(answer->links == std::vector<std::string>{"</hub>; rel=hub"});
}

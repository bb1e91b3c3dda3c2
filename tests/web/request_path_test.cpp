#include "web/request_path.hpp"

#include <catch2/catch.hpp>

using paperround::web::base_path_of;
using paperround::web::routed_path;

namespace {
std::string route(std::string_view path) {
    return routed_path(path, "/news");
}
}  // namespace

TEST_CASE("a link is found with and without the path of public_url, today's or another") {
    for (const std::string_view path :
         {"/u/tok-EN_1", "/news/u/tok-EN_1", "/old/place/u/tok-EN_1", "/u/u/tok-EN_1"}) {
        CAPTURE(path);
        CHECK(route(path) == "/u/tok-EN_1");
        CHECK(routed_path(path, "") == "/u/tok-EN_1");
    }
    CHECK(route("/news/websub/abc") == "/websub/abc");
}

TEST_CASE("doubled slashes and one at the end change nothing") {
    for (const std::string_view path :
         {"//u/tok-EN_1", "/u//tok-EN_1", "/u/tok-EN_1/", "///news//u///tok-EN_1//"}) {
        CAPTURE(path);
        CHECK(route(path) == "/u/tok-EN_1");
    }
}

TEST_CASE("the absolute form is understood, whatever host it names") {
    CHECK(route("https://news.example.com/u/tok-EN_1") == "/u/tok-EN_1");
    CHECK(route("HTTP://news.example.com:8080/news/u/tok-EN_1") == "/u/tok-EN_1");
    CHECK(route("http://news.example.com") == "/");
    CHECK(route("http://news.example.com/healthz") == "/healthz");
    CHECK(route("gopher://news.example.com/x") == "/gopher:/news.example.com/x");
}

TEST_CASE("what mail programs and relays append to a link is no part of it") {
    for (const std::string_view tail : {"=", ">", ".", "),", "%3E", "&utm_source=x", ";jsessionid=1",
                                        "/index.html", "\xE2\x80\x8B", " ", "\""}) {
        CAPTURE(tail);
        CHECK(route("/u/tok-EN_1" + std::string(tail)) == "/u/tok-EN_1");
    }
}

TEST_CASE("what was percent-encoded once too often is decoded") {
    CHECK(route("/u/tok%2DEN%5F1") == "/u/tok-EN_1");
    CHECK(route("/u/tok%2") == "/u/tok");
}

TEST_CASE("an archive's pages are found behind any path") {
    for (const std::string_view before : {"", "/news", "/old/place", "/a"}) {
        CAPTURE(before);
        const auto found = [&](std::string_view path) {
            return route(std::string(before) + std::string(path));
        };
        CHECK(found("/a/notes") == "/a/notes");
        CHECK(found("/a/notes/") == "/a/notes");
        CHECK(found("/a/notes/12") == "/a/notes/12");
        CHECK(found("/a/notes/12).") == "/a/notes/12");
        CHECK(found("/a/notes/feed") == "/a/notes/feed");
        CHECK(found("/a/notes/12/sea-png.0af3") == "/a/notes/12/sea-png.0af3");
        CHECK(found("/a/u/12") == "/a/u/12");
        CHECK(found("/a/a/7") == "/a/a/7");
    }
    CHECK(route("/a/notes/other") == "/a/notes");
    CHECK(route("/a/notes/1234567890123456789") == "/a/notes");
}

TEST_CASE("a link to leave stays one below a path that ends as an archive's begins") {
    CHECK(route("/a/u/AQEBbm90ZXM") == "/u/AQEBbm90ZXM");
    CHECK(route("/a/x/u/AQEBbm90ZXM") == "/u/AQEBbm90ZXM");
    CHECK(route("/a/notes/12/u/AQEBbm90ZXM") == "/u/AQEBbm90ZXM");
}

TEST_CASE("a webhook's path is what the service was told, whatever its secret looks like") {
    CHECK(routed_path("/hook/ses", "") == "/hook/ses");
    CHECK(routed_path("/news/hook/ses", "/news") == "/hook/ses");
    CHECK(routed_path("/news/hook/mark/u/secret", "/news") == "/hook/mark/u/secret");
    CHECK(routed_path("/hook/u/p.secret", "/news") == "/hook/u/p.secret");
    // A newsletter may be called so.
    CHECK(routed_path("/a/hook/5", "") == "/a/hook/5");
    CHECK(routed_path("/s/hook", "") == "/s/hook");
}

TEST_CASE("where there is no token there is no link") {
    for (const std::string_view path : {"/u", "/u/", "/u/..", "/u/=", "/U/tok", "/un/tok", "/tok/u"}) {
        CAPTURE(path);
        CHECK_FALSE(route(path).starts_with("/u/t"));
    }
    CHECK(route("/u/") == "/u");
    CHECK(route("/x//b/") == "/x/b");
}

TEST_CASE("the front page and the health check answer below the path of public_url too") {
    CHECK(route("/") == "/");
    CHECK(route("") == "/");
    CHECK(route("/news") == "/");
    CHECK(route("/news/") == "/");
    CHECK(route("/news/healthz") == "/healthz");
    CHECK(route("/healthz/") == "/healthz");
    CHECK(route("/newsletter") == "/newsletter");
    CHECK(route("/news/other") == "/news/other");
    CHECK(routed_path("/news", "") == "/news");
}

TEST_CASE("the path of a public URL is what stands behind its host") {
    CHECK(base_path_of("https://example.org").empty());
    CHECK(base_path_of("https://example.org/").empty());
    CHECK(base_path_of("https://example.org/news") == "/news");
    CHECK(base_path_of("https://example.org:8443//a/b/") == "/a/b");
}

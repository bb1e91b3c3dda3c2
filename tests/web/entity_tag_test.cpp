#include "web/entity_tag.hpp"

#include <catch2/catch.hpp>

using namespace paperround::web;

TEST_CASE("the same octets have the same tag, others another") {
    CHECK(entity_tag("a") == entity_tag("a"));
    CHECK(entity_tag("a") != entity_tag("b"));
    CHECK(entity_tag("").size() == 34);
}

TEST_CASE("a tag is known if the client lists it, weak or not, or knows any") {
    CHECK(is_known("\"x\"", "\"x\""));
    CHECK(is_known(" \"y\" , W/\"x\"", "\"x\""));
    CHECK(is_known("*", "\"x\""));
    for (const char* other : {"", "x", "\"xx\"", "w/\"x\"", ",", "\"x", "\"y\", \"z\""}) {
        CAPTURE(other);
        CHECK_FALSE(is_known(other, "\"x\""));
    }
}

TEST_CASE("who has the page gets its tag alone") {
    HttpRequest request{.method = "GET", .path = "/", .query = {}, .fields = {}};
    HttpResponse response{.status = 200, .type = "text/html", .body = "page"};
    answer_by_tag(response, request, "\"x\"");
    CHECK(response.status == 200);
    CHECK(response.body == "page");
    request.fields = {{"if-none-match", "\"x\""}};
    answer_by_tag(response, request, "\"x\"");
    CHECK(response.status == 304);
    CHECK(response.body.empty());
    CHECK(response.type.empty());
    CHECK(response.fields.back() == std::pair<std::string, std::string>{"ETag", "\"x\""});
}

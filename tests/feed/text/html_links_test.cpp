#include "feed/text/html_links.hpp"

#include <catch2/catch.hpp>

using namespace paperround::feed;

namespace {
std::string absolute(const std::string& html) {
    return absolute_links(html, "https://example.org/a/b");
}
}  // namespace

TEST_CASE("every kind of link in HTML becomes absolute") {
    CHECK(absolute("<a href=\"c\">") == "<a href=\"https://example.org/a/c\">");
    CHECK(absolute("<IMG SRC='/p.png' alt=x>") == "<IMG SRC=\"https://example.org/p.png\" alt=x>");
    CHECK(absolute("<img src=p.png>") == "<img src=\"https://example.org/a/p.png\">");
    CHECK(absolute("<video poster = \"p.png\" src=\"v.mp4\"/>") ==
          "<video poster = \"https://example.org/a/p.png\" src=\"https://example.org/a/v.mp4\"/>");
    CHECK(absolute("<a href=\"?x=1&amp;y=2\">") == "<a href=\"https://example.org/a/b?x=1&amp;y=2\">");
    CHECK(absolute("<img srcset=\"a.png, b.png 2x,c.png 3x\">") ==
          "<img srcset=\"https://example.org/a/a.png, https://example.org/a/b.png 2x, "
          "https://example.org/a/c.png 3x\">");
}

TEST_CASE("what is no link in HTML stays as it is") {
    for (const std::string html :
         {"", "text", "a < b", "<", "<a", "<a href", "<a href=", "<a href=\"c", "</a href=\"c\">",
          "<p title=\"c\">", "<!-- <a href=\"c\"> -->", "<!-- <a href=\"c\">", "<br/>", "<a href=\"\">",
          "<a name=href>", "1 <2 href=c>"}) {
        CHECK(absolute(html) == html);
    }
}

TEST_CASE("links with a scheme of their own stay") {
    CHECK(absolute("<a href=\"mailto:a@example.org\">") == "<a href=\"mailto:a@example.org\">");
    CHECK(absolute("<a href=\"http://other.example/\">") == "<a href=\"http://other.example/\">");
}

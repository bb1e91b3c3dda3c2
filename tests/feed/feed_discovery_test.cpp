#include "feed/feed_discovery.hpp"

#include <catch2/catch.hpp>

using namespace paperround::feed;

namespace {
std::string found(const std::string& head) {
    return announced_feed(head, "https://example.org/blog/");
}
const std::string rss = "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"";
}  // namespace

TEST_CASE("the first feed that a page announces is taken") {
    CHECK(found("<head><link rel=stylesheet type=text/css href=a.css>" + rss + "/one\">" + rss + "/two\">") ==
          "https://example.org/one");
    CHECK(found("<LINK HREF='feed.atom' TYPE='application/atom+xml; charset=utf-8' REL='Alternate'>") ==
          "https://example.org/blog/feed.atom");
    CHECK(found("<link type=application/feed+json rel=\"home alternate\" href=\"?a=1&amp;b=2\"/>") ==
          "https://example.org/blog/?a=1&b=2");
}

TEST_CASE("the address of an announced feed follows the page's base") {
    CHECK(found("<base href=\"//feeds.example.net/x/\"><base href=/y/>" + rss + "feed\">") ==
          "https://feeds.example.net/x/feed");
}

TEST_CASE("what announces no feed is passed over") {
    for (const std::string head :
         {"<link rel=alternate hreflang=de href=/de>", "<link rel=alternate type=application/json href=/api>",
          "<link rel=\"alternate stylesheet\" type=text/css href=/b.css>",
          "<link rel=icon type=application/rss+xml href=/icon>",
          "<link rel=alternate type=application/rss+xml href=\"javascript:alert(1)\">",
          "<link rel=alternate type=application/rss+xml>",
          "<a rel=alternate type=application/rss+xml href=/a>", "<", "<link",
          "<link rel=alternate href=\""}) {
        INFO(head);
        CHECK(found(head).empty());
    }
}

TEST_CASE("comments, scripts and styles announce nothing") {
    CHECK(found("<!-- " + rss + "/old\"> --><script>'" + rss + "/js\">'</script><style>" + rss +
                "/c\"></style>" + rss + "/real\">") == "https://example.org/real");
    CHECK(found("<!-- " + rss + "/old\">").empty());
    CHECK(found("<script>" + rss + "/js\"></scrip").empty());
}

TEST_CASE("a feed that is announced far down a page is not looked for") {
    CHECK(found(std::string(100000, ' ') + rss + "/f\">") == "https://example.org/f");
    CHECK(found(std::string(600000, ' ') + rss + "/f\">").empty());
}

TEST_CASE("a page is known by its type or its looks") {
    CHECK(is_web_page("hello", "text/html; charset=utf-8"));
    CHECK(is_web_page("\n<!DOCTYPE HTML><p>", ""));
    CHECK(is_web_page("<html lang=en>", "application/xml"));
    CHECK_FALSE(is_web_page("<rss version=\"2.0\">", "application/xml"));
    CHECK_FALSE(is_web_page("{}", "application/json"));
}

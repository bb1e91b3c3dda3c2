#include "email/page/platform_shape.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

TEST_CASE("cards of platforms stand apart") {
    CHECK(clean("<div class='kg-card kg-callout-card'>a</div>") == "<div class=\"card\">a</div>");
    CHECK(clean("<div class='cards kg-cards'>a</div>") == "<div>a</div>");
}
TEST_CASE("captions that are no figcaption are captions") {
    CHECK(clean("<div class=image__source><p>Monday</p></div>") ==
          "<div class=\"caption\"><p>Monday</p></div>");
    CHECK(clean("<p class=wp-caption-text>Monday</p>") == "<p class=\"caption\">Monday</p>");
}
TEST_CASE("a pull quote is a quote") {
    CHECK(clean("<div class=pullquote><p>a</p></div>") == "<blockquote><p>a</p></blockquote>");
}
TEST_CASE("the frame of code does not stand around the theme's own") {
    CHECK(clean("<div style='background:#272822'><pre>a</pre></div>") == "<div><pre>a</pre></div>");
    CHECK(clean("<div style='background:#272822'> <div><pre>a</pre></div></div>") ==
          "<div> <div><pre>a</pre></div></div>");
    CHECK(clean("<div style='background:#272822'>say <pre>a</pre></div>").find("tinted") !=
          std::string::npos);
}
TEST_CASE("a table of a picture and its caption is no table") {
    const std::string html = clean(
        "<table class=tr-caption-container><tbody><tr><td><img src=https://e.org/a.png></td></tr><tr><td "
        "class=tr-caption>The <b>back</b></td></tr></tbody></table><table><tr><td>a</td></tr></table>");
    CHECK(html.starts_with("<div class=\"figure\"><div>"));
    CHECK(html.find("<p class=\"caption\">The <b>back</b></p></div><div class=\"table\">") !=
          std::string::npos);
    CHECK(
        clean(
            "<table class=tr-caption-container><tr><td><table><tr><td>a</td></tr></table></td></tr></table>")
            .find("<td>a</td>") != std::string::npos);
}
TEST_CASE("the address of a link's card is kept from what stands before it") {
    CHECK(
        text("<a href=https://x.example/b><strong>The book</strong><br><em>What goes up</em>x.example</a>") ==
        "The book\nWhat goes up \u00b7 x.example [1]\n\n[1] https://x.example/b\n");
    CHECK(text("<p><em>What goes up</em>. And down</p>") == "What goes up. And down\n");
}
TEST_CASE("WordPress's classes align paragraphs as well as cells") {
    CHECK(clean("<p class='has-text-align-center'>a</p>") == "<p style=\"text-align:center\">a</p>");
}
TEST_CASE("a link that is a whole card is underlined in its first line alone") {
    CHECK(clean("<a href=/b><div> <div>The <b>book</b></div><div>What goes up</div></div></a>") ==
          "<a href=\"https://example.org/b\" class=\"card-link\"><div> <div><span class=\"card-title\">The "
          "<b>book</b></span></div><div>What goes up</div></div></a>");
    CHECK(clean("<a href=/b><h4>The book</h4><p>What goes up</p></a>")
              .find("<h4><span class=\"card-title\">") != std::string::npos);
    CHECK(clean("<a href=/b>Words <div>in a line</div></a>").find("card") == std::string::npos);
    CHECK(clean("<a href=/b><div><img src=/p.png alt=a></div></a>").find("card") == std::string::npos);
}
TEST_CASE("the text part says where a card leads, behind its first line") {
    CHECK(text("<a href=/b><div>The book</div><div>What goes up</div></a><p>b</p>") ==
          "The book [1]\nWhat goes up\n\nb\n\n[1] https://example.org/b\n");
    CHECK(text("<a href=/b><h4>The book</h4><p>b</p></a>") ==
          "The book [1]\n\nb\n\n[1] https://example.org/b\n");
    CHECK(text("<a href=/b><div>The book</div><div><img src=/p.png alt=''></div></a>") ==
          "The book [1]\n\n[1] https://example.org/b\n");
}
TEST_CASE("a card of lines in one link is underlined in its title alone") {
    CHECK(clean("<a href=/b><strong>The book</strong><br><em>What goes up</em>x.example</a>")
              .starts_with("<a href=\"https://example.org/b\" class=\"card-link\"><span "
                           "class=\"card-title\"><strong>The book</strong></span><br>"));
    CHECK(clean("<a href=/b><strong>The book</strong></a>").find("card") == std::string::npos);
}
TEST_CASE("a caption within a caption is one") {
    CHECK(clean("<figure><figcaption class=image-caption-wrapper><div "
                "class=image-caption><p>a</p></div></figcaption>"
                "</figure>") ==
          "<div class=\"figure\"><div class=\"caption\"><div><p>a</p></div></div></div>");
}
TEST_CASE("the sign of a callout stands in its first line") {
    const std::string callout =
        "<div class='kg-card kg-callout-card'><div class=kg-callout-emoji>\U0001F4A1</div><div "
        "class=kg-callout-text>Mind <b>it</b></div></div>";
    CHECK(clean(callout) == "<div class=\"card\"><div>\U0001F4A1 Mind <b>it</b></div></div>");
    CHECK(text(callout) == "\U0001F4A1 Mind it\n");
}

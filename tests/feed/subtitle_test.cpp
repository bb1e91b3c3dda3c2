#include "feed/subtitle.hpp"

#include <catch2/catch.hpp>

#include "feed/feed_parser.hpp"

using namespace paperround::feed;

namespace {
constexpr PostPlace place{"Ice", "https://harbour.example/p/32/", "Harbour Journal",
                          "https://harbour.example/"};
const std::string note =
    "<p>The post <a href=\"https://harbour.example/p/32/\">Ice</a> appeared first on <a "
    "href=\"https://harbour.example\">Harbour Journal</a>.</p>";
const std::string body = "<p>The harbour froze in January and the ferry stayed in port.</p><p>More.</p>";
}  // namespace

TEST_CASE("a summary that repeats how the body begins is no subtitle") {
    CHECK(subtitle_in("The harbour froze in January", body, place).empty());
    CHECK(subtitle_in("<p>The harbour froze in January and the [&#8230;]</p>", body, place).empty());
    CHECK(subtitle_in("<p>The harbour \u201Cfroze\u201D in January &hellip; Read more</p>", body, place)
              .empty());
}
TEST_CASE("a summary that repeats what stands behind a caption is no subtitle either") {
    CHECK(subtitle_in("The harbour froze in January and the ferry stayed in port.",
                      "<p>Photo: Ann</p>" + body, place)
              .empty());
}
TEST_CASE("words of the author's own are a subtitle") {
    CHECK(subtitle_in("Cold comfort", body, place) == "Cold comfort");
    CHECK(subtitle_in("<p>Cold comfort for all who wait</p>\n" + note, body, place) ==
          "Cold comfort for all who wait");
}
TEST_CASE("where the post came from is said in any language, and is no subtitle") {
    for (const std::string words :
         {"<p>Der Beitrag <a href=\"https://harbour.example/p/32/\">Ice</a> erschien zuerst auf <a "
          "href=\"https://harbour.example\">Harbour Journal</a>.</p>",
          "<p>L\u2019article <a rel=\"nofollow\" "
          "href=\"https://harbour.example/p/32/?utm_source=rss\">Ice</a> est apparu en "
          "premier sur <a href=\"https://www.harbour.example/\">Harbour Journal</a>.</p>",
          "<p>\u6295\u7A3F <a href=\"http://harbour.example/p/32\">Ice</a> \u306F <a "
          "href=\"https://harbour.example\">Harbour "
          "Journal</a> \u306B\u6700\u521D\u306B\u8868\u793A\u3055\u308C\u307E\u3057\u305F\u3002</p>"}) {
        INFO(words);
        CHECK(subtitle_in("<p>The harbour froze [&#8230;]</p>\n" + words, body, place).empty());
        CHECK(without_source_note(body + words, place) == body);
    }
    CHECK(subtitle_in("The harbour froze in January \u2026 The post Ice appeared first on Harbour Journal.",
                      body, place)
              .empty());
}
TEST_CASE("a link to the post itself at the end is no part of a subtitle") {
    CHECK(subtitle_in("The harbour froze &hellip; <a class=\"more-link\" "
                      "href=\"https://harbour.example/p/32/#more-1\">Continue "
                      "reading <span>Ice</span></a>",
                      body, place)
              .empty());
    CHECK(subtitle_in("Cold comfort <a href=\"https://harbour.example/p/32/\">Weiterlesen \u2192</a>", body,
                      place) == "Cold comfort");
}
TEST_CASE("a last paragraph with links elsewhere stays") {
    const std::string other =
        "<p>See <a href=\"https://harbour.example/p/31/\">Snow</a> on <a "
        "href=\"https://harbour.example\">our site</a>.</p>";
    CHECK(without_source_note(body + other, place) == body + other);
    const std::string only = "<p>Of <a href=\"https://harbour.example/p/32/\">Ice</a>.</p>";
    CHECK(without_source_note(body + only, place) == body + only);
}
TEST_CASE("relative addresses of an item without a link follow the feed's") {
    const auto result = parse_feed(
        "<rss version=\"2.0\"><channel><title>H</title><link>https://harbour.example/</link><item><guid "
        "isPermaLink=\"false\">1</guid><title>t</title><description>&lt;img src=\"/a.jpg\"&gt; &lt;a "
        "href=\"more.html\"&gt;x&lt;/a&gt; &lt;a href=\"#fn1\"&gt;1&lt;/a&gt; &lt;img "
        "src=\"//cdn.example/b.jpg\"&gt;"
        "</description></item></channel></rss>",
        "https://feeds.example/x.xml", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(
        result.posts[0].html ==
        "<img src=\"https://harbour.example/a.jpg\"> <a href=\"https://harbour.example/more.html\">x</a> <a "
        "href=\"#fn1\">1</a> <img src=\"https://cdn.example/b.jpg\">");
}
TEST_CASE("a publication on the post's own server is a site too") {
    const std::string medium =
        "<p><a href=\"https://harbour.example/p/32/?s=1\">Ice</a> was originally published in <a "
        "href=\"https://harbour.example/boats\">Boats</a> on Medium, where people are continuing the "
        "conversation by "
        "highlighting and responding to this story.</p>";
    CHECK(without_source_note(body + medium, place) == body);
    const std::string other =
        "<p><a href=\"https://harbour.example/p/32/\">Ice</a> and <a "
        "href=\"https://elsewhere.example/boats\">boats</a>.</p>";
    CHECK(without_source_note(body + other, place) == body + other);
}
TEST_CASE("a summary of links is no subtitle") {
    CHECK(subtitle_in("<a href=\"https://news.example/item?id=1\">Comments</a>", body, place).empty());
    CHECK(subtitle_in(
              "submitted by <a href=\"https://r.example/u\"> /u/x </a> <br/> <a "
              "href=\"https://harbour.example/p/32/\">[link]</a> <a href=\"https://r.example/c\">[comments]"
              "</a>",
              body, place)
              .empty());
    CHECK(subtitle_in("What <a href=\"https://ann.example/\">Ann</a> saw on the ice", body, place) ==
          "What Ann saw on the ice");
}
TEST_CASE("a summary that a program made of the text is no subtitle, though it goes on otherwise") {
    CHECK(subtitle_in("The harbour froze in January and the ferry1 stayed. \u21A9 Notes.", body, place)
              .empty());
    CHECK(subtitle_in("Ice on the quay and boats in the\u2026",
                      "<p>Photo</p><p>Ice on the quay and boats in the ice.</p>", place)
              .empty());
}
TEST_CASE("words that only lead on are no part of a subtitle") {
    for (const std::string more :
         {" Read more\u2026", " [Read more]", " Weiterlesen \u2192", " Lire la suite\u2026"}) {
        INFO(more);
        CHECK(subtitle_in("What the ice did." + more, body, place) == "What the ice did.");
    }
    CHECK(subtitle_in("Why we should all read more", body, place) == "Why we should all read more");
}
TEST_CASE("relative addresses follow the site, not what a link blog or FeedBurner leads by") {
    const auto html = [](const std::string& feed) {
        const auto result = parse_feed(feed, "https://x.example/feed", "");
        REQUIRE(result.posts.size() == 1);
        return result.posts[0].link + " " + result.posts[0].html;
    };
    CHECK(
        html(
            R"({"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://x.example/b/",
        "items":[{"id":"1","external_url":"https://elsewhere.example/s/","content_html":"<a href=\"a.html\">a</a>"}]})") ==
        "https://elsewhere.example/s/ <a href=\"https://x.example/b/a.html\">a</a>");
    CHECK(html(R"(<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>
        <title>T</title><item><link>http://feeds.x.example/~r/1</link><description>W</description>
        <feedburner:origLink>https://x.example/2026/a/</feedburner:origLink></item></channel></rss>)") ==
          "https://x.example/2026/a/ W");
}
TEST_CASE("a summary that a program cut out together with the title is no subtitle") {
    CHECK(subtitle_in("Ice The harbour froze in January and the ferry\u2026", body, place).empty());
    CHECK(subtitle_in("Ice: the cold of the century", body, place) == "Ice: the cold of the century");
}

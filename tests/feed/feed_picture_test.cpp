#include "feed/feed_picture.hpp"

#include <catch2/catch.hpp>

#include "feed/feed_parser.hpp"

using namespace paperround;

namespace {

feed::Post first_post(const std::string& item) {
    const std::string feed =
        R"(<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title><item>)" +
        item + "</item></channel></rss>";
    const auto result = feed::parse_feed(feed, "https://e.org/", "");
    REQUIRE(result.posts.size() == 1);
    return result.posts[0];
}

std::string image(const std::string& pictures) {
    return first_post("<title>A</title><link>https://e.org/a</link><description>Words.</description>" +
                      pictures)
        .image;
}

std::string media(const std::string& file, const std::string& attributes = "") {
    return "<media:content url=\"https://e.org/" + file + "\" medium=\"image\" " + attributes + "/>";
}

}  // namespace

TEST_CASE("the item's picture is the largest that is no larger than twice the column") {
    CHECK(image(media("s.jpg", "width=\"300\"") + media("m.jpg", "width=\"1200\"") +
                media("l.jpg", "width=\"4000\"")) == "https://e.org/m.jpg");
    CHECK(image(media("l.jpg", "width=\"4000\"") + media("m.jpg", "width=\"2000\"")) ==
          "https://e.org/m.jpg");
    CHECK(image("<media:thumbnail url=\"https://e.org/t.jpg\" width=\"480\"/>" + media("c.jpg")) ==
          "https://e.org/c.jpg");
    CHECK(image(media("ship-300x200.jpg") + media("quay-1024x683.jpg")) == "https://e.org/quay-1024x683.jpg");
}
TEST_CASE("an avatar, a counter or a thumbnail is no item's picture") {
    CHECK(image("<media:content url=\"https://1.gravatar.com/avatar/0?s=96\" medium=\"image\"/>" +
                media("p.jpg")) == "https://e.org/p.jpg");
    CHECK(image("<dc:creator>Ann</dc:creator><media:content url=\"https://e.org/ann.jpg\" medium=\"image\">"
                "<media:title>Ann</media:title></media:content>" +
                media("p.jpg")) == "https://e.org/p.jpg");
    CHECK(image(media("b.gif", "width=\"1\" height=\"1\"")).empty());
    CHECK(image("<enclosure url=\"https://pixel.wp.com/b.gif?x\" type=\"image/gif\"/>").empty());
    CHECK(image("<media:thumbnail url=\"https://e.org/t.jpg\" width=\"150\" height=\"150\"/>").empty());
    CHECK(image("<media:thumbnail url=\"https://1.bp.blogspot.com/-x/s72-c/t.jpg\"/>").empty());
    CHECK(image("<media:thumbnail url=\"https://i.ytimg.com/vi/x/hqdefault.jpg\" width=\"480\" "
                "height=\"360\"/>") == "https://i.ytimg.com/vi/x/hqdefault.jpg");
}
TEST_CASE("the feed's default goes before larger ones") {
    CHECK(image("<media:group>" + media("a.jpg", "width=\"1000\"") +
                media("b.jpg", "width=\"600\" isDefault=\"true\"") + "</media:group>") ==
          "https://e.org/b.jpg");
}
TEST_CASE("JPEG and PNG go before WebP and AVIF") {
    CHECK(image(media("a.webp", "width=\"1200\"") + media("a.jpg", "width=\"800\"")) ==
          "https://e.org/a.jpg");
    CHECK(image(media("a.avif")) == "https://e.org/a.avif");
}
TEST_CASE("a picture is known by its name where its type is not said") {
    CHECK(image("<media:content url=\"https://e.org/p.jpg?w=900\"/>") == "https://e.org/p.jpg?w=900");
    CHECK(image("<media:content url=\"https://e.org/film.mp4\"/>").empty());
    CHECK(image("<enclosure url=\"https://e.org/e.mp3\" type=\"audio/mpeg\"/>").empty());
}
TEST_CASE("a post of pictures alone shows all of them, each once") {
    const auto post = first_post(
        "<title>Three boats</title><link>https://e.org/a</link>" + media("one.jpg") +
        "<media:content url=\"https://e.org/two.jpg\" medium=\"image\" width=\"900\">"
        "<media:description>A \"red\" boat</media:description></media:content>" +
        media("one-300x200.jpg") + "<enclosure url=\"https://e.org/three.png\" type=\"image/png\"/>");
    CHECK(post.image == "https://e.org/one.jpg");
    CHECK(post.html ==
          "<p><img src=\"https://e.org/two.jpg\" alt=\"A &quot;red&quot; boat\" width=\"900\"></p>\n"
          "<p><img src=\"https://e.org/three.png\" alt=\"\"></p>\n");
}
TEST_CASE("a few words without a title keep their pictures, an article keeps its own") {
    const std::string two = media("one.jpg") + media("two.jpg");
    CHECK(first_post("<description>Look!</description>" + two).html.find("two.jpg") != std::string::npos);
    CHECK(first_post("<title>A</title><description>Look!</description>" + two).html == "Look!");
    const std::string sizes = media("b-1600x1200.jpg") + media("a-900x1600.jpg");
    CHECK(first_post("<description>Look!</description>" + sizes).image == "https://e.org/b-1600x1200.jpg");
    CHECK(first_post("<description>&lt;img src=\"https://e.org/two.jpg\"&gt;</description>" + two).html ==
          "<img src=\"https://e.org/two.jpg\">");
}
TEST_CASE("the description of a picture that was posted with a few words is kept") {
    const std::string html =
        first_post(
            "<description>Look!</description><media:content url=\"https://e.org/one.jpg\" medium=\"image\">"
            "<media:description>A boat</media:description></media:content>")
            .html;
    CHECK(html == "Look!<p><img src=\"https://e.org/one.jpg\" alt=\"A boat\"></p>\n");
}
TEST_CASE("a JSON feed's attachments are pictures too") {
    const auto result = feed::parse_feed(
        R"({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "title": "A",
        "attachments": [{"url": "https://e.org/a.mp3", "mime_type": "audio/mpeg"},
                        {"url": "https://e.org/one.jpg", "mime_type": "image/jpeg"},
                        {"url": "https://e.org/two.jpg", "mime_type": "image/jpeg"}]}]})",
        "https://e.org/feed.json", "application/feed+json");
    REQUIRE(result.posts.size() == 1);
    CHECK(result.posts[0].image == "https://e.org/one.jpg");
    CHECK(result.posts[0].html.find("two.jpg") != std::string::npos);
}
TEST_CASE("pictures that come by the thousand are read at once") {
    std::string many;
    for (int i = 0; i < 100'000; ++i) many += media(std::to_string(i) + ".jpg");
    CHECK(image(many) == "https://e.org/0.jpg");
}
TEST_CASE("an enclosure is a picture by its name where its type says nothing") {
    CHECK(image("<enclosure url=\"https://e.org/a.jpg\" length=\"0\" type=\"application/octet-stream\"/>") ==
          "https://e.org/a.jpg");
    CHECK(image("<enclosure url=\"https://e.org/a.jpg\" type=\"application/zip\"/>").empty());
    CHECK(image("<enclosure url=\"https://e.org/a\" type=\"application/octet-stream\"/>").empty());
}

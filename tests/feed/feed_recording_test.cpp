#include "feed/feed_recording.hpp"

#include <catch2/catch.hpp>

#include "feed/feed_parser.hpp"

using namespace paperround;

namespace {

std::string html_of(const std::string& item) {
    const std::string feed =
        R"(<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title><item>
        <title>A</title><link>https://e.org/a</link>)" +
        item + "</item></channel></rss>";
    const auto result = feed::parse_feed(feed, "https://e.org/", "");
    REQUIRE(result.posts.size() == 1);
    return result.posts[0].html;
}

bool plays(const std::string& html, const std::string& address) {
    return html.find("<audio src=\"" + address + "\">") != std::string::npos;
}

const std::string words = "<description>Words.</description>";

}  // namespace

TEST_CASE("an episode's recording is played from the post") {
    CHECK(plays(html_of(words + "<enclosure url=\"https://c.example/1.mp3\" type=\"audio/mpeg\"/>"),
                "https://c.example/1.mp3"));
    CHECK(plays(html_of(words + "<media:content url=\"/m/c.mp4\" type=\"video/mp4\" medium=\"video\"/>"),
                "https://e.org/m/c.mp4"));
}
TEST_CASE("a recording is known by its name where its type says nothing") {
    for (const std::string attributes : {"length=\"1\"", "type=\"\"", "type=\"application/octet-stream\"",
                                         "type=\"image/jpeg\"", "type=\"mp3\""}) {
        INFO(attributes);
        const std::string html =
            html_of(words + "<enclosure url=\"https://c.example/1.mp3?a=b\" " + attributes + "/>");
        CHECK(plays(html, "https://c.example/1.mp3?a=b"));
    }
    CHECK(plays(html_of(words + "<enclosure url=\"https://c.example/1\" type=\"application/ogg\"/>"),
                "https://c.example/1"));
    CHECK(plays(html_of(words + "<media:content url=\"https://c.example/1\" medium=\"audio\"/>"),
                "https://c.example/1"));
    CHECK_FALSE(plays(html_of(words + "<enclosure url=\"https://c.example/1.mp3\" type=\"text/html\"/>"),
                      "https://c.example/1.mp3"));
}
TEST_CASE("a recording that the body names is not played twice") {
    const std::string html = html_of(
        "<description>&lt;audio src=\"https://c.example/1.mp3?a=1\"&gt;&lt;/audio&gt;</description>"
        "<enclosure url=\"https://c.example/1.mp3?b=2\" type=\"audio/mpeg\"/>");
    CHECK_FALSE(plays(html, "https://c.example/1.mp3?b=2"));
    CHECK_FALSE(plays(html_of(words + "<enclosure url=\"https://e.org/a\" type=\"audio/mpeg\"/>"),
                      "https://e.org/a"));
}
TEST_CASE("pictures, other files and a film in several sizes are no recordings") {
    CHECK_FALSE(plays(html_of(words + "<enclosure url=\"https://c.example/a.jpg\" type=\"image/jpeg\"/>"),
                      "https://c.example/a.jpg"));
    CHECK_FALSE(plays(html_of(words + "<media:group><media:content url=\"https://c.example/7.mp4\" "
                                      "type=\"video/mp4\"/></media:group>"),
                      "https://c.example/7.mp4"));
}
TEST_CASE("a JSON feed's attachments are recordings too") {
    const auto result = feed::parse_feed(
        R"({"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://e.org/a",
        "content_html":"<p>W</p>","attachments":[{"url":"https://c.example/1.m4a","mime_type":"audio/x-m4a"}]}]})",
        "https://e.org/", "");
    REQUIRE(result.posts.size() == 1);
    CHECK(plays(result.posts[0].html, "https://c.example/1.m4a"));
}
TEST_CASE("of many recordings five are played, whatever the feed's format") {
    std::string enclosures;
    std::string attachments;
    for (int i = 1; i <= 8; ++i) {
        enclosures +=
            "<enclosure url=\"https://c.example/" + std::to_string(i) + ".mp3\" type=\"audio/mpeg\"/>";
        attachments += std::string(i == 1 ? "" : ",") +
                       R"({"mime_type":"audio/mpeg","url":"https://c.example/)" + std::to_string(i) +
                       ".mp3\"}";
    }
    const auto json = feed::parse_feed(
        R"({"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://e.org/a",
        "content_html":"<p>W</p>","attachments":[)" +
            attachments + "]}]}",
        "https://e.org/", "");
    REQUIRE(json.posts.size() == 1);
    for (const std::string& html : {html_of(words + enclosures), json.posts[0].html}) {
        CHECK(plays(html, "https://c.example/5.mp3"));
        CHECK_FALSE(plays(html, "https://c.example/6.mp3"));
    }
}

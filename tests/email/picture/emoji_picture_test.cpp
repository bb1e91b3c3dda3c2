#include "email/picture/emoji_picture.hpp"

#include <catch2/catch.hpp>

#include "email/clean/html_cleaner.hpp"

using namespace paperround;

namespace {

std::string clean(const std::string& html) {
    const auto result = email::clean_html(html, "https://e.org/");
    REQUIRE(result.has_value());
    return result->html;
}

}  // namespace

TEST_CASE("a picture of an emoji becomes its character") {
    CHECK(clean("at dawn <img src=\"https://s.w.org/images/core/emoji/15.0.3/72x72/1f4f0.png\" "
                "alt=\"\U0001F4F0\" "
                "class=\"wp-smiley\" style=\"height: 1em; max-height: 1em;\"> and") ==
          "at dawn \U0001F4F0 and");
    // Twitter, without a description; a flag is two characters, and a heart says that it is coloured.
    CHECK(clean("<img class=twemoji "
                "src=https://cdn.jsdelivr.net/gh/twitter/twemoji@14/assets/72x72/1f1e9-1f1ea.png>") ==
          "\U0001F1E9\U0001F1EA");
    CHECK(clean("<img src=https://abs.twimg.com/emoji/v2/72x72/2764.png>") == "\u2764\uFE0F");
    // Slack, Google's fonts, GitHub, Discourse.
    CHECK(clean("<img "
                "src=https://a.slack-edge.com/production-standard-emoji-assets/14.0/google-medium/"
                "1f600@2x.png>") == "\U0001F600");
    CHECK(clean("<img alt=\"\U0001F389\" src=https://fonts.gstatic.com/s/e/notoemoji/15.0/1f389/72.png "
                "height=32>") == "\U0001F389");
    CHECK(clean("<img class=emoji alt=':rocket:' "
                "src=https://github.githubassets.com/images/icons/emoji/unicode/1f680.png>") == "\U0001F680");
    CHECK(clean("<img class=emoji alt=':slight_smile:' "
                "src=https://forum.example/images/emoji/twitter/slight_smile.png?v=12>") == "\U0001F642");
    CHECK(clean("<img src=https://forum.example/x.png alt=\"\U0001F44D\" width=20 height=20>") ==
          "\U0001F44D");
}
TEST_CASE("an emoji without an address that mail could show leaves its words") {
    CHECK(clean("a <img src=\"data:image/gif;base64,R0\" class=\"smilie smilie--sprite\" alt=\":)\"> b") ==
          "a :) b");
    CHECK(clean("a <img src=\"data:image/gif;base64,R0\" class=notion-emoji alt=\"\U0001F389\"> b") ==
          "a \U0001F389 b");
    CHECK(clean("a<img src=\"data:image/gif;base64,R0\" alt=\"A hill\">b") == "a[A hill]b");
}
TEST_CASE("an emoji that no character stands for is as high as the text") {
    const std::string blob =
        "<img class=\"custom-emoji\" alt=\":blobcat:\" src=\"https://m.example/custom_emojis/blobcat.png\">";
    CHECK(clean("a " + blob + " b") ==
          "a <img src=\"https://m.example/custom_emojis/blobcat.png\" alt=\":blobcat:\" width=\"20\" "
          "height=\"20\" "
          "style=\"width:1.2em;height:1.2em;vertical-align:-0.2em\"> b");
}
TEST_CASE("a photograph stays one, whatever stands in its description or address") {
    for (const std::string& photo :
         {std::string("<img src=https://e.org/emoji/party.jpg width=600 height=400>"),
          std::string("<img src=https://e.org/photo.jpg alt=\"\U0001F600\">"),
          std::string("<img src=https://e.org/1f600.jpg>"),
          std::string("<img src=https://e.org/x.jpg alt='A smile \U0001F600' width=20>")})
        CHECK(clean(photo).find("<img") != std::string::npos);
}
TEST_CASE("names that only look like code points are none") {
    for (const std::string name :
         {"face.png", "ffffffff.png", "41.png", "1f600-zz.png", "d800.png", "-1f600.png", "110000.png",
          "1f600-1f600-1f600-1f600-1f600-1f600-1f600-1f600-1f600-1f600-1f600-1f600-1f600-"
          "1f600-1f600-1f600-1f600.png"})
        CHECK(clean("<img class=emoji src=https://e.org/e/" + name + ">").find("<img") == 0);
}
TEST_CASE("an emoji that is loaded late stands once") {
    CHECK(clean("<p>up <img src='data:image/svg+xml;base64,AA' data-lazy-src=https://s.w.org/emoji/1f680.svg "
                "alt='\U0001F680' class=wp-smiley><noscript><img src=https://s.w.org/emoji/1f680.svg "
                "alt='\U0001F680' class=wp-smiley></noscript></p>") == "<p>up \U0001F680</p>");
}

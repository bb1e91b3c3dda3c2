#include "email/page/embedded_data.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

TEST_CASE("a card of another post is a link with its title") {
    CHECK(text("<div class=digest-post-embed data-attrs='{\"caption\":\"What stands in it.\",\"title\":\"The "
               "log\",\"canonical_url\":\"https://x.example/p/log\"}'></div>") ==
          "The log \u2013 What stands in it. [1]\n\n[1] https://x.example/p/log\n");
}
TEST_CASE("a gallery that a script would build is its pictures") {
    const std::string html = clean(
        "<div class=image-gallery-embed data-attrs='{\"gallery\":{\"images\":[{\"type\":\"image/jpeg\","
        "\"src\":\"https://x.example/a.jpg\"},{\"src\":\"https://x.example/b.jpg\"}],\"staticGalleryImage\":"
        "{\"src\":\"https://x.example/all.png\"}}}'></div>");
    CHECK(html.find("a.jpg") < html.find("b.jpg"));
    CHECK(html.find("b.jpg") != std::string::npos);
    CHECK(html.find("all.png") == std::string::npos);
}
TEST_CASE("a gallery's caption stands below its pictures") {
    const std::string html = clean(
        "<div class=image-gallery-embed data-attrs='{\"gallery\":{\"images\":[{\"src\":\"https://x.example/"
        "a.jpg\",\"alt\":\"one\"},{\"src\":\"https://x.example/b.jpg\"}],\"caption\":\"Spring &lt;here&gt;\","
        "\"alt\":\"A depot\",\"staticGalleryImage\":{\"src\":\"https://x.example/all.png\"}}}'></div>");
    CHECK(html.find("alt=\"A depot\"") < html.find("b.jpg"));
    CHECK(html.ends_with("<p class=\"caption\">Spring &lt;here&gt;</p></div>"));
    CHECK(clean("<div class=image-gallery-embed data-attrs='{\"caption\":\"alone\"}'></div>").find("alone") ==
          std::string::npos);
}
TEST_CASE("players that a script would build are links, recordings keep their words") {
    CHECK(text("<div class=sqs-video-wrapper data-html='&lt;iframe "
               "src=&quot;//www.youtube.com/embed/dQw4w9WgXcQ?x=1&quot;&gt;&lt;/iframe&gt;'></div>") ==
          "\u25B6\uFE0E www.youtube.com [1]\n\n[1] https://www.youtube.com/watch?v=dQw4w9WgXcQ\n");
    CHECK(text("<div class=sqs-audio-embed data-url=https://x.example/talk.mp3 data-title='A talk'></div>") ==
          "A talk [1]\n\n[1] https://x.example/talk.mp3\n");
    CHECK(text("<div class=native-audio-embed data-attrs='{\"label\":\"Read aloud\"}'></div>") ==
          "[Read aloud]\n");
}
TEST_CASE("a note of Bluesky that a script would show keeps its words and its link") {
    CHECK(text("<div class='bluesky-wrap outer' data-attrs='{\"postId\":\"3kx\",\"authorDid\":\"did:plc:ab\","
               "\"authorName\":\"Ann\",\"authorHandle\":\"ann.example\",\"text\":\"Sky text\"}'></div>") ==
          "Sky text (Ann) [1]\n\n[1] https://bsky.app/profile/ann.example/post/3kx\n");
}
TEST_CASE("what only the post's page can show is a link to it") {
    for (const char* name : {"poll-embed", "native-video-embed"})
        CHECK(text("<p>a</p><div class=" + std::string(name) + " data-attrs='{\"id\":1}'></div>") ==
              "a\n\nexample.org/post [1]\n\n[1] https://example.org/post\n");
    CHECK(text("<div class=native-audio-embed data-attrs='{\"label\":null,\"duration\":12}'></div>")
              .starts_with("example.org/post [1]"));
}
TEST_CASE("charts and forms that a script would load are links") {
    CHECK(clean("<div class='flourish-embed' data-src='visualisation/123'></div>")
              .find("href=\"https://public.flourish.studio/visualisation/123\"") != std::string::npos);
    CHECK(clean("<div class='flourish-embed' data-src='//x.example/'></div>").find("href") ==
          std::string::npos);
    CHECK(clean("<div class='typeform-widget' data-url='https://x.typeform.com/to/abc'></div>")
              .find("href=\"https://x.typeform.com/to/abc\"") != std::string::npos);
}
TEST_CASE("the film that an element says it would show is a link, below its own picture") {
    const std::string html = clean(
        "<div data-src='https://www.youtube.com/embed/ELoyRfcksP0'><div data-src='https://www.youtube.com/embed/ELoyRfcksP0'>"
        "<img src=/still.jpg></div></div>");
    CHECK(html.find("<img src=\"https://example.org/still.jpg\"") != std::string::npos);
    const auto link = html.find("href=\"https://www.youtube.com/watch?v=ELoyRfcksP0\"");
    REQUIRE(link != std::string::npos);
    CHECK(html.find("ELoyRfcksP0", link + 60) == std::string::npos);
    CHECK(clean("<div data-src='https://x.example/a.js'>b</div>") == "<div>b</div>");
}
TEST_CASE("calendars and charts that a script would load are links") {
    CHECK(text("<div class=calendly-inline-widget data-url='https://calendly.com/ann'></div>")
              .find("[1] https://calendly.com/ann") != std::string::npos);
    CHECK(text("<div class=infogram-embed data-id=a-b></div>").find("[1] https://infogram.com/a-b") !=
          std::string::npos);
}
TEST_CASE("notes of other sites in AMP are links") {
    CHECK(text("<amp-twitter data-tweetid=123></amp-twitter>") ==
          "twitter.com/i/status/123 [1]\n\n[1] https://twitter.com/i/status/123\n");
    CHECK(text("<amp-instagram data-shortcode=fBwFP></amp-instagram>") ==
          "instagram.com/p/fBwFP [1]\n\n[1] https://www.instagram.com/p/fBwFP/\n");
}
TEST_CASE("a picture of AMP stands once, whatever stands in it for pages without scripts") {
    CHECK(text("<amp-img src=/a.jpg alt=a><noscript><img src=/a.jpg alt=a></noscript></amp-img><p>b</p>") ==
          "[a]\n\nb\n");
    CHECK(text("<amp-img src=/a.jpg alt=a><p>b</p>") == "[a]\n\nb\n");
}
TEST_CASE("films of Wistia and slides that a script would load are links") {
    CHECK(text("<div class='wistia_embed wistia_async_abc123'></div>")
              .find("[1] https://fast.wistia.net/embed/iframe/abc123") != std::string::npos);
    CHECK(
        text("<script class=speakerdeck-embed data-id=abc src='//speakerdeck.com/assets/embed.js'></script>")
            .find("[1] https://speakerdeck.com/player/abc") != std::string::npos);
}

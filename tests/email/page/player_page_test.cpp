#include "email/page/player_page.hpp"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "email/cleaned.hpp"

using namespace paperround;
using email::page_of_player;
using test::clean;
using test::text;

namespace {
// The targets of its links, each on a line.
std::string links(const std::string& html) {
    const std::string out = clean(html);
    std::string targets;
    for (auto at = out.find("href=\""); at != std::string::npos; at = out.find("href=\"", at)) {
        at += 6;
        targets += out.substr(at, out.find('"', at) - at) + "\n";
    }
    return targets;
}
}  // namespace

TEST_CASE("a player's page is the one that a person would open") {
    const std::vector<std::pair<std::string, std::string>> pages{
        {"https://www.youtube.com/embed/abcdefghijk?rel=0", "https://www.youtube.com/watch?v=abcdefghijk"},
        {"https://www.youtube-nocookie.com/embed/abcdefghijk?start=90",
         "https://www.youtube.com/watch?v=abcdefghijk&t=90s"},
        {"https://www.youtube.com/embed/abcdefghijk?list=PLx",
         "https://www.youtube.com/watch?v=abcdefghijk&list=PLx"},
        {"https://www.youtube.com/embed/videoseries?si=1&list=PLx-9",
         "https://www.youtube.com/playlist?list=PLx-9"},
        {"https://www.youtube.com/embed?listType=playlist&list=PLx",
         "https://www.youtube.com/playlist?list=PLx"},
        {"https://www.youtube.com/embed/live_stream?channel=UCx", "https://www.youtube.com/channel/UCx/live"},
        {"https://www.youtube.com/shorts/abcdefghijk?feature=share",
         "https://www.youtube.com/shorts/abcdefghijk"},
        {"https://youtu.be/abcdefghijk?t=12", "https://www.youtube.com/watch?v=abcdefghijk&t=12s"},
        {"https://player.vimeo.com/video/76979871?h=8272103f6e&title=0",
         "https://vimeo.com/76979871/8272103f6e"},
        {"https://player.vimeo.com/video/76979871", "https://vimeo.com/76979871"},
        {"https://vimeo.com/event/1234/embed", "https://vimeo.com/event/1234"},
        {"https://geo.dailymotion.com/player.html?video=x8", "https://www.dailymotion.com/video/x8"},
        {"https://open.spotify.com/embed/episode/5Xt?utm_source=generator",
         "https://open.spotify.com/episode/5Xt"},
        {"https://open.spotify.com/embed-podcast/show/5Xt", "https://open.spotify.com/show/5Xt"},
        {"https://embed.spotify.com/?uri=spotify:track:5Xt", "https://open.spotify.com/track/5Xt"},
        {"https://embed.podcasts.apple.com/us/podcast/x/id12?i=34&theme=dark",
         "https://podcasts.apple.com/us/podcast/x/id12?i=34"},
        {"https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b&auto_play=false",
         "https://soundcloud.com/a/b"},
        {"https://tube.example/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d",
         "https://tube.example/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d"},
        {"https://player.twitch.tv/?channel=harbour&parent=x", "https://www.twitch.tv/harbour"},
        {"https://archive.org/embed/harbour_1901", "https://archive.org/details/harbour_1901"},
        {"https://codepen.io/ann/embed/abc?default-tab=result", "https://codepen.io/ann/pen/abc"},
        {"https://www.instagram.com/p/Cx/embed/captioned/", "https://www.instagram.com/p/Cx"},
        {"https://social.example/@ann/1234/embed", "https://social.example/@ann/1234"},
    };
    for (const auto& [player, page] : pages) {
        INFO(player);
        CHECK(page_of_player(player) == page);
    }
}
TEST_CASE("no page is made up") {
    for (const std::string player :
         {"https://www.youtube.com/embed/", "https://www.youtube.com/embed/videoseries",
          "https://www.youtube.com/embed/live_stream", "https://player.vimeo.com/video/x",
          "https://maps.example/embed/x", "https://files.example/videos/embed/tour",
          "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
          "https://bandcamp.com/EmbeddedPlayer/album=1/",
          "https://evil.example/youtube.com/embed/abcdefghijk", "nonsense"}) {
        INFO(player);
        CHECK_FALSE(page_of_player(player).has_value());
    }
}
TEST_CASE("players that wait to be touched or consented to are links as well") {
    const std::string film = "https://www.youtube.com/watch?v=abcdefghijk\n";
    for (const std::string html :
         {"<iframe data-src=https://www.youtube.com/embed/abcdefghijk></iframe>",
          "<iframe src=about:blank data-lazy-src=//www.youtube.com/embed/abcdefghijk></iframe>",
          "<iframe data-litespeed-src='https://www.youtube.com/embed/abcdefghijk' "
          "src='about:blank'></iframe>",
          "<lite-youtube videoid=abcdefghijk></lite-youtube>",
          "<lite-youtube videoid=abcdefghijk><a class=lty-playbtn "
          "href='https://youtube.com/watch?v=abcdefghijk'>Play</a>"
          "</lite-youtube>",
          "<amp-youtube data-videoid=abcdefghijk></amp-youtube>",
          "<div class=rll-youtube-player data-id=abcdefghijk></div><noscript><iframe "
          "src=https://www.youtube.com/embed/abcdefghijk></iframe></noscript>",
          "<object data=https://www.youtube.com/v/abcdefghijk></object>",
          "<p>x</p>\nhttps://youtu.be/abcdefghijk\n<p>y</p>"}) {
        INFO(html);
        const std::string found = links(html);
        CHECK((found == film || found == "https://youtu.be/abcdefghijk\n"));
    }
}
TEST_CASE("a player says where its own page is") {
    CHECK(clean("<iframe src='https://bandcamp.com/EmbeddedPlayer/album=1/'><a "
                "href='https://ann.bandcamp.com/album/x'>X by "
                "Ann</a></iframe>") ==
          "<a href=\"https://ann.bandcamp.com/album/x\" style=\"display:block\">\u25B6\uFE0E X by Ann</a>");
}
TEST_CASE("a line that is an address becomes a link, code does not") {
    CHECK(links("<figure class=wp-block-embed><div>\nhttps://vimeo.com/76979871\n</div></figure>") ==
          "https://vimeo.com/76979871\n");
    CHECK(links("<p>https://example.org/a_b?c=1&amp;d=2</p>") == "https://example.org/a_b?c=1&amp;d=2\n");
    CHECK(links("<code>https://example.org/</code><pre>https://example.org/</pre><p>at https://example.org/ "
                "you</p>")
              .empty());
}
TEST_CASE("what a script would show is a link") {
    CHECK(clean("<script src=https://gist.github.com/ann/1234abcd.js></script>") ==
          "<a href=\"https://gist.github.com/ann/1234abcd\" "
          "style=\"display:block\">gist.github.com/ann/1234abcd</a>");
    CHECK(links("<script async src=https://telegram.org/js/telegram-widget.js "
                "data-telegram-post=durov/68></script>") == "https://t.me/durov/68\n");
    CHECK(links("<blockquote class=instagram-media "
                "data-instgrm-permalink='https://www.instagram.com/p/Cx/?a=b'></blockquote>"
                "<script async src=//www.instagram.com/embed.js></script>") ==
          "https://www.instagram.com/p/Cx/?a=b\n");
    CHECK(links("<div class=tweet "
                "data-attrs='{\"url\":\"https://twitter.com/a/status/1\",\"full_text\":\"Ahoy\"}'></div>") ==
          "https://twitter.com/a/status/1\n");
    CHECK(clean("a<script src=https://counter.example/c.js></script>b") == "ab");
}
TEST_CASE("a counter in a frame is no player") {
    CHECK(clean("a<iframe src=https://t.example/x width=1 height=1></iframe>b") == "ab");
}
TEST_CASE("a service that shows others' players leads to what it shows") {
    CHECK(text("<iframe "
               "src='https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.youtube.com%2Fembed"
               "%2FdQw4w9WgXcQ&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ'><a "
               "href=https://medium.com/media/a/href>https://medium.com/media/a/href</a></iframe>") ==
          "\u25B6\uFE0E www.youtube.com [1]\n\n[1] https://www.youtube.com/watch?v=dQw4w9WgXcQ\n");
}
TEST_CASE("a recording without a title is called by its file") {
    CHECK(text("<audio src='https://x.example/e/ice%20floes.mp3?a=1'></audio>") ==
          "\u25B6\uFE0E ice floes.mp3 [1]\n\n[1] https://x.example/e/ice%20floes.mp3?a=1\n");
    CHECK(text("<video src=https://x.example/e/a></video>") ==
          "\u25B6\uFE0E x.example [1]\n\n[1] https://x.example/e/a\n");
}
TEST_CASE("a map, a chart or a form is no recording") {
    CHECK(text("<iframe src='https://www.google.com/maps/embed?pb=1'></iframe>") ==
          "google.com/maps/embed [1]\n\n[1] https://www.google.com/maps/embed?pb=1\n");
    CHECK(text("<iframe title='Fish landed' src='https://datawrapper.dwcdn.net/AbCdE/1/'></iframe>") ==
          "Fish landed [1]\n\n[1] https://datawrapper.dwcdn.net/AbCdE/1/\n");
    CHECK(text("<iframe src='https://mastodon.social/@harbour/112233445566/embed'></iframe>") ==
          "mastodon.social/@harbour/112233445566 [1]\n\n[1] https://mastodon.social/@harbour/112233445566\n");
}
TEST_CASE("notes and documents that are embedded lead to their pages") {
    CHECK(page_of_player("https://www.linkedin.com/embed/feed/update/urn:li:share:1") ==
          "https://www.linkedin.com/feed/update/urn:li:share:1");
    CHECK(page_of_player("https://www.threads.net/@ann/post/C1/embed") ==
          "https://www.threads.net/@ann/post/C1");
    CHECK(page_of_player("https://www.scribd.com/embeds/123/content") ==
          "https://www.scribd.com/document/123/content");
}

#include "email/page/html_furniture.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

TEST_CASE("rows of buttons to share and to like go") {
    CHECK(clean("<p>a</p><div class='sharedaddy sd-sharing-enabled'><h3>Share this:</h3><ul><li><a "
                "href=https://example.org/post?share=x>X</a></ul></div>") == "<p>a</p>");
    CHECK(
        clean("<p>a</p><div class='sd-block jetpack-likes-widget-wrapper'><h3>Like this:</h3>Loading...</div>"
              "<div class=jp-relatedposts><h3>Related</h3></div>") == "<p>a</p>");
    CHECK(clean("<p class=button-wrapper data-attrs='{\"url\":\"https://x.example/p?action=share\"}'><a "
                "href=https://x.example/p?action=share>Share</a></p>")
              .empty());
    CHECK(text("<p class=button-wrapper data-attrs='{}'><a class='button primary' "
               "href=https://shop.example/><span>Buy</span></a></p>") ==
          "Buy [1]\n\n[1] https://shop.example/\n");
}
TEST_CASE("a player's buttons and clock go, its recording and title stay") {
    CHECK(text("<div class='kg-card kg-audio-card'><img src='' alt=audio-thumbnail class='kg-audio-thumbnail "
               "kg-audio-hide'><div><audio src=https://x.example/waves.mp3></audio><div "
               "class=kg-audio-title>Waves</div><div class=kg-audio-player><button aria-label='Play "
               "audio'></button><span class=kg-audio-current-time>0:00</span><div>/<span>72.5</span></div>"
               "</div></div></div>") == "\u25B6\uFE0E Waves [1]\n\n[1] https://x.example/waves.mp3\n");
    CHECK(clean("<video src=https://x.example/fold.mp4 "
                "poster=https://img.spacergif.org/v1/1280x720/0a/spacer.png>"
                "</video>")
              .find("<img") == std::string::npos);
    // Without a player these are words like others.
    CHECK(text("<div class=kg-audio-title>Waves</div>") == "Waves\n");
}
TEST_CASE("forms to subscribe and to search go, an article in a form stays") {
    CHECK(clean("<p>a</p><form><h2>Subscribe</h2><label>Email <input type=email></label><button>Sign "
                "up</button></form><p>b</p>") == "<p>a</p><p>b</p>");
    CHECK(clean("<form>Search <input type=search></form><p>b</p>") == "<p>b</p>");
    CHECK(text("<form><p>Which boat? <input type=radio> Ann</p></form>") == "Which boat? \u25CB Ann\n");
    const std::string article(500, 'a');
    CHECK(text("<form><input name=email><p>" + article + "</p></form>") == article + "\n");
    CHECK(text("<form><input type=email>Never closed. <p>Rest.</p>") == "Never closed.\n\nRest.\n");
}
TEST_CASE("links to edit a section and advertisements of the platform go") {
    CHECK(text("<h2>History</h2><span class=mw-editsection>[<a href=https://w.example/e>edit</a>]</span>") ==
          "History\n-------\n");
    CHECK(clean("<p>a</p><div class=beehiiv__footer><hr><a href=https://b.example>Powered by it</a></div>") ==
          "<p>a</p>");
    CHECK(clean("<div class=subscription-widget-wrap data-attrs='{\"url\":\"https://x.example/subscribe\"}'>"
                "<p>Thanks for reading!</p></div>")
              .empty());
}
TEST_CASE("tens of thousands of forms are looked through once") {
    std::string html;
    for (int i = 0; i < 50'000; ++i) html += "<form><input type=email>";
    CHECK(text(html).empty());
}
TEST_CASE("what asks for scripts goes") {
    CHECK(
        clean("<p>a</p><noscript>Please enable JavaScript to view the <a href=https://d.example>comments</a>."
              "</noscript>") == "<p>a</p>");
    CHECK(clean("<noscript><p>a</p></noscript>") == "<p>a</p>");
}
TEST_CASE("what an editor says of its own block is not shown") {
    CHECK(clean("<div class=preformatted-block><label class=hide-text>Text within this "
                "block</label><pre>a</pre></div>")
              .find("within") == std::string::npos);
}

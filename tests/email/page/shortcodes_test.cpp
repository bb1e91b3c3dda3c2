#include "email/page/shortcodes.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using email::with_shortcodes_read;
using test::clean;
using test::text;

TEST_CASE("a shortcode's caption stands below its picture") {
    const std::string html =
        "[caption id=\"attachment_1\" align=\"alignnone\" width=\"640\"]<a href=/boat.jpg><img src=/b.png "
        "alt=boat></a> The <em>boat</em> at the quay[/caption]<p>After</p>";
    CHECK(with_shortcodes_read(html) ==
          "<figure><a href=/boat.jpg><img src=/b.png alt=boat></a><figcaption> The <em>boat</em> at the "
          "quay</figcaption></figure><p>After</p>");
    CHECK(with_shortcodes_read(
              "[caption id=&#8221;a&#8221; caption=&#8221;The boat&#8221;]<img src=b>[/caption]") ==
          "<figure><img src=b><figcaption>The boat</figcaption></figure>");
    CHECK(clean("<p>" + html + "</p>").find("<p class=\"caption\"> The <em>boat</em> at the quay</p>") !=
          std::string::npos);
}
TEST_CASE("a shortcode's caption that does not end stays") {
    const std::string html = "<p>[/caption] [caption id=1]<img src=b> words</p>";
    CHECK(with_shortcodes_read(html) == html);
}
TEST_CASE("a shortcode's film is a link") {
    CHECK(text("<p>[embed]https://youtu.be/a[/embed]</p>") == "https://youtu.be/a\n");
    CHECK(text("<p>[youtube https://youtu.be/a?w=1&#038;h=2]</p>") == "https://youtu.be/a?w=1&h=2\n");
    CHECK(text("<p>[youtube id=&#8221;abc_-1&#8243;] [vimeo 123]</p>") ==
          "https://www.youtube.com/watch?v=abc_-1 https://vimeo.com/123\n");
}
TEST_CASE("a shortcode's recording is a link with the file's name") {
    CHECK(text("<p>[audio mp3=\"https://x.example/gulls.mp3\"][/audio]</p>") ==
          "\u25B6\uFE0E gulls.mp3 [1]\n\n[1] https://x.example/gulls.mp3\n");
    CHECK(text("[video width=&#8221;6&#8243; mp4=&#8221;https://x.example/v.mp4&#8243;]")
              .find("https://x.example/v.mp4") != std::string::npos);
}
TEST_CASE("a shortcode's gallery is a link to the page") {
    CHECK(text("<p>a</p>[gallery ids=\"1,2\"]<p>[gallery]</p>") ==
          "a\n\nexample.org/post [1]\n\n[1] https://example.org/post\n");
}
TEST_CASE("shortcodes for forms are nothing") {
    CHECK(text("<p>Write:</p>[contact-form-7 id=\"1\" title=\"Form\"]<p>b [toc]</p>") == "Write:\n\nb\n");
}
TEST_CASE("the marks of page builders go, and what they say stays") {
    CHECK(
        text(
            "<p>[vc_row width=&#8221;1/2&#8243;][vc_column]</p><p>The words</p><p>[/vc_column][/vc_row]</p>") ==
        "The words\n");
    CHECK(
        text(
            "[et_pb_row][et_pb_text a=\"]\"]More[/et_pb_text]\n[et_pb_text]words[/et_pb_text][/et_pb_row]") ==
        "More\nwords\n");
    CHECK(text("[vc_custom_heading text=\"Tides\"]<p>a</p>") == "Tides\n\na\n");
    CHECK(text("[et_pb_button button_url=\"https://x.example/\" button_text=\"Book\"][/et_pb_button]") ==
          "Book [1]\n\n[1] https://x.example/\n");
    CHECK(
        clean("[et_pb_image src=\"https://x.example/a.png\"]").find("<img src=\"https://x.example/a.png\"") !=
        std::string::npos);
}
TEST_CASE("everyday words in brackets are shortcodes where they end") {
    CHECK(text("[one_half]Left[/one_half] [button link=\"https://x.example/\"]Book[/button]") ==
          "Left\n\nBook [1]\n\n[1] https://x.example/\n");
    for (const char* words :
         {"[button] a [tab]", "[sic] a[i] [1] [citation needed]", "[x](y) [vc", "see [[gallery]] there"})
        CHECK(text(words) == std::string(words) + "\n");
}
TEST_CASE("shortcodes that a sentence or code is about stay") {
    for (const char* words :
         {"Type [gallery ids=1] there", "A [vc_row] is a row", "Ask [contact-form-7] for it"})
        CHECK(text(words) == std::string(words) + "\n");
    CHECK(text("<p><code>[embed]https://x.example[/embed]</code></p>") ==
          "[embed]https://x.example[/embed]\n");
    CHECK(with_shortcodes_read("<a title='[gallery]'>b</a>") == "<a title='[gallery]'>b</a>");
}

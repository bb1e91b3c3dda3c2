#include "email/css/post_colours.hpp"

#include <catch2/catch.hpp>

#include "email/clean/html_cleaner.hpp"
#include "email/css/css_cascade.hpp"
#include "email/css/css_colour.hpp"

using namespace paperround;
using namespace paperround::email;

namespace {

std::string styled(const std::string& style, const std::optional<Colour>& around = {}) {
    return write_declarations(readable_colours(parse_declarations(style), around).style);
}

std::string clean(const std::string& html) {
    const auto result = clean_html(html, "https://e.org/");
    REQUIRE(result.has_value());
    return result->html;
}

}  // namespace

TEST_CASE("text that is black or white on the writer's screen has the template's colour") {
    for (const char* colour :
         {"#000", "black", "windowtext", "rgb(34, 34, 34)", "#333333", "hsl(210, 29%, 24%)", "#666",
          "rgba(0,0,0,.87)", "#fff", "white", "#f0f0f0", "#ffeb3b", "lime", "inherit", "transparent"})
        CHECK(styled("color:" + std::string(colour)) == "");
}
TEST_CASE("another colour stays, as bright as the dark needs") {
    CHECK(styled("color:#d9534f") == "color:#d9534f");
    for (const char* colour :
         {"navy", "#800000", "blue", "darkgreen", "rgb(80,0,120)", "#c0392b", "#e00", "#b00020"}) {
        const std::string style = styled("color:" + std::string(colour));
        REQUIRE(style.starts_with("color:"));
        const Colour seen = parse_css_colour(style.substr(6)).value().colour;
        // As much on either: no colour has 4.5 on both.
        CHECK(contrast(seen, night) >= 4.05);
        CHECK(contrast(seen, paper) >= 3.9);
    }
}
TEST_CASE("a background that stays has a colour beside it that can be read") {
    CHECK(styled("background-color:#fff3cd") == "background-color:#fff3cd;color:#1d1b18");
    CHECK(styled("background-color:#222") == "background-color:#222;color:#ffffff");
    CHECK(styled("background-color:#222;color:#eee") == "background-color:#222;color:#eee");
    CHECK(styled("background-color:#fff3cd;color:#ffeeba") == "background-color:#fff3cd;color:#1d1b18");
    CHECK(styled("background-color:#ffe;color:#000") == "background-color:#ffe;color:#000");
}
TEST_CASE("a background like paper goes, and one that shines through is as it looks on paper") {
    CHECK(styled("background-color:#fff") == "");
    CHECK(styled("background-color:#fefefe;color:#111") == "");
    CHECK(styled("background-color:transparent") == "");
    CHECK(styled("background-color:rgba(255, 0, 0, 0.2)") == "background-color:#ffcccc;color:#1d1b18");
    CHECK(styled("background-color:var(--x)") == "");
}
TEST_CASE("on a background of the post's own its colours are judged by that") {
    CHECK(styled("color:#fff", Colour{34, 34, 34}) == "color:#fff");
    CHECK(styled("color:#333", Colour{34, 34, 34}) == "");
    CHECK(styled("color:#00f", Colour{255, 243, 205}) == "color:#00f");
    CHECK(styled("background-color:#fff", Colour{34, 34, 34}) == "background-color:#fff;color:#1d1b18");
}
TEST_CASE("what stands in a coloured box is judged by the box") {
    CHECK(clean("<div style='background:#222'><p style='color:#fff'>a<span "
                "style='color:#000'>b</span></p></div>") ==
          "<div class=\"tinted\" style=\"background-color:#222;color:#ffffff\"><p "
          "style=\"color:#fff\">a<span>b</span></p>"
          "</div>");
    CHECK(clean("<div style='background:#222'>a</div><p style='color:#fff'>b</p>").ends_with("<p>b</p>"));
}
TEST_CASE("a heading, link or quote with a background keeps its colour from the template's dark one") {
    CHECK(clean("<h2 style='background:#ffe08a'>a</h2>") ==
          "<h2 class=\"tinted\" style=\"background-color:#ffe08a;color:#1d1b18\"><span "
          "style=\"color:#1d1b18\">a</span></h2>");
    CHECK(clean("<a href=/x style='background:#07f'>a</a>").find("<span style=\"color:#") !=
          std::string::npos);
    CHECK(clean("<blockquote style='background:#eee'><p>a</p></blockquote>")
              .find("<div style=\"color:#1d1b18\"><p>a</p></div>") != std::string::npos);
}
TEST_CASE(
    "a link on a background of the post's own has its colour and line within, for programs with links of their own") {
    CHECK(clean("<p style='background:#222'>a <a href=/x>b</a></p>")
              .ends_with("<a href=\"https://e.org/x\"><span "
                         "style=\"color:#ffffff;text-decoration:underline\">b</span></a></p>"));
    CHECK(clean("<div style='background:#222'><p style='color:#ffd700'><a href=/x>b</a></p></div>")
              .ends_with("<span style=\"color:#ffd700;text-decoration:underline\">b</span></a></p></div>"));
    CHECK(clean("<p style='background:#222'><a href=/x style='color:#93c5fd'>b</a></p>")
              .ends_with("<a href=\"https://e.org/x\" style=\"color:#93c5fd\"><span "
                         "style=\"color:#93c5fd;text-decoration:underline\">b</span></a></p>"));
    // One that has no line, or a background, has said how it is known.
    CHECK(clean("<p style='background:#222'><a href=/x style='text-decoration:none'>b</a></p>")
              .ends_with("<span style=\"color:#ffffff\">b</span></a></p>"));
    CHECK(clean("<a href=/x style='background:#222'>b</a>")
              .ends_with("<span style=\"color:#ffffff\">b</span></a>"));
    CHECK(clean("<p style='background:#222'>a</p><p><a href=/x>b</a></p>")
              .ends_with("<p><a href=\"https://e.org/x\">b</a></p>"));
}
TEST_CASE("code has the theme's colours, and its words their own") {
    CHECK(clean("<pre style='background:#272822;color:#f8f8f2'><span style='color:#f8f8f2'>x</span></pre>") ==
          "<pre><span>x</span></pre>");
}
TEST_CASE("colours are read as style sheets write them") {
    const auto read = [](std::string_view text) {
        const auto colour = parse_css_colour(text);
        return colour ? to_text(colour->colour) : std::string();
    };
    CHECK(read("#FA0") == "#ffaa00");
    CHECK(read("#ffaa0080") == "#ffaa00");
    CHECK(read("RebeccaPurple") == "#663399");
    CHECK(read("rgb(255 170 0 / 50%)") == "#ffaa00");
    CHECK(read("rgb(100%, 0%, 50%)") == "#ff0080");
    CHECK(read("hsl(120, 100%, 25%)") == "#008000");
    CHECK(read("hsla(-240deg 100% 25% / .5)") == "#008000");
    CHECK(parse_css_colour("rgba(0,0,0,.25)")->opacity == 0.25);
    for (const char* none :
         {"", "#", "#12345", "#ggg", "rgb(1,2)", "rgb(1,2,3", "rgb(a,b,c)", "rgb(1,2,3,4,5)", "currentcolor",
          "lab(50% 40 59)", "rgb(nan,0,0)", "rgb(inf,0,0)"})
        CHECK(read(none).empty());
    CHECK_FALSE(parse_css_colour("rgb(" + std::string(100'000, '1') + ",0,0)"));
}

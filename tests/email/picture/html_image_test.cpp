#include "email/picture/html_image.hpp"

#include <catch2/catch.hpp>

#include "email/clean/html_cleaner.hpp"

using namespace paperround;

namespace {

std::string clean(const std::string& html, const PictureSizes& sizes = {}) {
    const auto result =
        email::clean_html(html, "https://e.org/", {.image_width = 520, .picture_sizes = &sizes});
    REQUIRE(result.has_value());
    return result->html;
}

std::string attribute(const std::string& html, const std::string& name) {
    const auto image = html.find("<img");
    const auto at = html.find(" " + name + "=\"", image);
    if (image == std::string::npos || at == std::string::npos) return "";
    const auto begin = at + name.size() + 3;
    return html.substr(begin, html.find('"', begin) - begin);
}

std::string source(const std::string& html) {
    return attribute(clean(html), "src");
}
std::string width(const std::string& html, const PictureSizes& sizes = {}) {
    return attribute(clean(html, sizes), "width");
}
std::string height(const std::string& html, const PictureSizes& sizes = {}) {
    return attribute(clean(html, sizes), "height");
}
// What the picture is a link to.
std::string target(const std::string& html, const PictureSizes& sizes = {}) {
    const std::string begin = "<a class=\"full\" href=\"";
    const std::string out = clean(html, sizes);
    const auto at = out.find(begin);
    if (at == std::string::npos) return "";
    return out.substr(at + begin.size(), out.find('"', at + begin.size()) - at - begin.size());
}

}  // namespace

TEST_CASE("a camera's original is the last that is taken") {
    const std::string jetpack =
        "<img data-orig-file=\"https://e.org/IMG.jpg\" data-large-file=\"https://e.org/IMG.jpg?w=700\" "
        "src=\"https://i0.wp.com/e.org/IMG.jpg?resize=1024%2C768\" width=\"1024\" height=\"768\">";
    CHECK(source(jetpack) == "https://i0.wp.com/e.org/IMG.jpg?resize=1024%2C768");
    CHECK(width(jetpack) == "520");
    CHECK(height(jetpack) == "390");
    CHECK(target(jetpack) == "https://e.org/IMG.jpg");
    CHECK(source("<img src=\"data:,\" data-orig-file=/orig.jpg data-large-file=/large.jpg>") ==
          "https://e.org/large.jpg");
}
TEST_CASE("what is put aside is the real picture, unless it is only a larger one") {
    CHECK(source("<img src=/ship-20x13.jpg data-src=/ship.jpg>") == "https://e.org/ship.jpg");
    CHECK(source("<img src=/ship-300x200.jpg data-src=/ship-1024x683.jpg>") ==
          "https://e.org/ship-1024x683.jpg");
    CHECK(source("<img src=/grey-600x400.jpg data-original=/ship.jpg>") == "https://e.org/ship.jpg");
    CHECK(source("<img src=/IMG_4032-1024x768.jpg data-original=/IMG_4032.jpg>") ==
          "https://e.org/IMG_4032-1024x768.jpg");
}
TEST_CASE("of several sizes the largest is taken that is no larger than twice the column") {
    CHECK(source("<img srcset='/s.jpg 300w, /m.jpg 1024w, /l.jpg 2048w'>") == "https://e.org/m.jpg");
    CHECK(source("<img srcset='/l.jpg 4000w, /m.jpg 1600w'>") == "https://e.org/m.jpg");
    // So small a one would be shown blurred.
    CHECK(source("<img srcset='/s.jpg 150w, /m.jpg 1600w'>") == "https://e.org/m.jpg");
    // What stands in src is too large, or too small, and another is not.
    CHECK(source("<img src=/l.jpg srcset='/l.jpg 4000w, /m.jpg 1024w'>") == "https://e.org/m.jpg");
    CHECK(source("<img src=/ship-150x150.jpg srcset='/ship.jpg 900w'>") == "https://e.org/ship.jpg");
    CHECK(source("<img src=/ship.jpg srcset='/ship-300x200.jpg 300w, /big.jpg 2000w'>") ==
          "https://e.org/ship.jpg");
}
TEST_CASE("JPEG and PNG are taken before WebP and AVIF") {
    CHECK(source("<picture><source srcset=/a.avif><source srcset=/a.webp><img src=/a.jpg></picture>") ==
          "https://e.org/a.jpg");
    CHECK(source("<picture><source type=image/jpeg srcset=/a.jpg><img src=/a.webp></picture>") ==
          "https://e.org/a.jpg");
    CHECK(source("<img src=/a.webp srcset='/a.webp 800w, /a.png 700w'>") == "https://e.org/a.png");
    CHECK(source("<img data-src=/a.webp data-srcset='/a.jpg 800w'>") == "https://e.org/a.jpg");
    CHECK(source("<img src=/a.webp>") == "https://e.org/a.webp");
}
TEST_CASE("within a picture the sources go before what is there for old browsers") {
    CHECK(source("<picture><source srcset='/a.avif 800w' type=image/avif><source srcset='/a-800.jpg 800w, "
                 "/a-1600.jpg 1600w'>"
                 "<img src=/a.jpg></picture>") == "https://e.org/a-800.jpg");
    CHECK(source("<picture><source type=image/webp srcset=/a.webp><img src=/a.jpg></picture>") ==
          "https://e.org/a.jpg");
}
TEST_CASE("a width is written for Outlook wherever one is said") {
    CHECK(width("<img src=/a.png width=300>") == "300");
    CHECK(width("<img src=/a.png width=1600>") == "520");
    CHECK(width("<img src=/a.png width=100%>") == "520");
    CHECK(width("<img src=/a.png width=50%>") == "260");
    CHECK(width("<img src=/a.png style='width:300px'>") == "300");
    CHECK(width("<img src=/a.png style='width: 50%; height: auto'>") == "260");
    CHECK(width("<img src=/a.png style='width:20em'>") == "320");
    CHECK(width("<img src=/a.png width=1600 style='width:200px'>") == "200");
    CHECK(width("<style>img { width: 240px }</style><img src=/a.png>") == "240");
    CHECK(width("<img src=/a.png width=400 style='max-width:300px'>") == "300");
    CHECK(width("<img src=/a.png width=auto>").empty());
    CHECK(width("<img src=/a.png>").empty());
}
TEST_CASE("a picture that was looked at has its own width, at most the column's") {
    const PictureSizes sizes{{"https://e.org/a.png", {1600, 800}}, {"https://e.org/b.png", {300, 200}}};
    CHECK(width("<img src=/a.png>", sizes) == "520");
    CHECK(height("<img src=/a.png>", sizes) == "260");
    CHECK(width("<img src=/b.png>", sizes) == "300");
    CHECK(height("<img src=/b.png>", sizes) == "200");
    CHECK(width("<img src=/a.png height=100>", sizes) == "200");
    CHECK(width("<img src=/a.png style='max-width:100px'>", sizes) == "100");
    CHECK(width("<img src=/b.png width=100%>", sizes) == "520");
}
TEST_CASE("a counter that says no size is told by its own") {
    CHECK(clean("a<img src=/count.gif>b", {{"https://e.org/count.gif", {1, 1}}}) == "ab");
}
TEST_CASE("a picture that is shown smaller, or whose size is not known, is a link to the whole one") {
    const PictureSizes sizes{{"https://e.org/a.png", {1600, 800}}, {"https://e.org/b.png", {300, 200}}};
    CHECK(target("<img src=/a.png>", sizes) == "https://e.org/a.png");
    CHECK(target("<img src=/b.png>", sizes).empty());
    CHECK(target("<img src=/b.png width=300>").empty());
    CHECK(target("<img src=/unknown.png>") == "https://e.org/unknown.png");
    CHECK(target("<img src=/c.png width=300 srcset='/c.png 300w, /c-large.png 2000w'>") ==
          "https://e.org/c-large.png");
    CHECK(clean("<a href=/page><img src=/a.png></a>", sizes).find("class=\"full\"") == std::string::npos);
}
TEST_CASE("a picture that is said to be as high as the text stands in the line") {
    // One and a half em are no tracking pixel.
    CHECK(height("<img src=/smile.gif style='height:1.5em'>") == "24");
    for (const char* style : {"height:1em", "max-height:1em", "height: 16px"}) {
        const std::string out = clean(std::string("<p>a <img src=/smile.gif style='") + style + "'> b</p>");
        CHECK(out ==
              "<p>a <img src=\"https://e.org/smile.gif\" alt=\"\" height=\"16\" "
              "style=\"max-width:100%;height:16px\"> b</p>");
    }
    CHECK(target("<img src=/a.png height=400>") == "https://e.org/a.png");
}
TEST_CASE("one side that a style says decides over the other side of the attributes") {
    CHECK(width("<img src=/a.png width=800 height=600 style='width:auto;height:150px'>") == "200");
    CHECK(height("<img src=/a.png width=800 height=600 style='width:auto;height:150px'>") == "150");
    CHECK(height("<img src=/a.png width=800 height=600 style='width:200px;height:auto'>") == "150");
    CHECK(height("<img src=/a.png width=800 height=600 style='width:200px'>") == "150");
    CHECK(height("<img src=/a.png width=100% height=600>").empty());
    CHECK(width("<img src=/a.png width=640 style='width:100%;max-width:640px'>") == "520");
    CHECK(width("<img src=/a.png width=200 style='width:100%;max-width:200px'>") == "200");
    CHECK(height("<img src=/a.png style='width:300px;height:100px'>") == "100");
}
TEST_CASE("a camera's original that says how wide it is gives way to a version that fits") {
    CHECK(clean("<img width=4032 height=3024 src=https://x.example/i.jpg "
                "srcset='https://x.example/i-300x225.jpg 300w, https://x.example/i-1024x768.jpg 1024w'>")
              .find("<img src=\"https://x.example/i-1024x768.jpg\"") != std::string::npos);
}
TEST_CASE("a picture for the dark, for paper or for narrow windows stands behind the one for all") {
    CHECK(source("<picture><source srcset=/night.png media='(prefers-color-scheme: dark)'><img "
                 "src=/day.png></picture>") == "https://e.org/day.png");
    CHECK(source("<picture><source srcset=/small.jpg media='(max-width: 600px)'><source "
                 "srcset=/large.jpg><img></picture>") == "https://e.org/large.jpg");
    CHECK(source("<picture><source srcset=/small.jpg media='(max-width: 600px)'><img></picture>") ==
          "https://e.org/small.jpg");
}
TEST_CASE("a picture whose smaller version is shown leads to the larger one in its source") {
    CHECK(target("<img src=/a.jpg width=2000 height=1333 srcset='/w600/a.jpg 600w'>") ==
          "https://e.org/a.jpg");
    CHECK(source("<img src=/a.jpg width=2000 height=1333 srcset='/w600/a.jpg 600w'>") ==
          "https://e.org/w600/a.jpg");
}
TEST_CASE("a picture beside the text on the page stands above it in the mail") {
    for (const char* said : {"class=alignleft", "style='float:right'"})
        CHECK(attribute(clean("<p><img src=/a.png width=150 height=100 " + std::string(said) + ">Words</p>"),
                        "style")
                  .starts_with("display:block;"));
    CHECK_FALSE(attribute(clean("<p><img src=/a.png width=150 style='float:none'>Words</p>"), "style")
                    .starts_with("display"));
}

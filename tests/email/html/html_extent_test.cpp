#include "email/html/html_extent.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <vector>

#include "email/clean/html_cleaner.hpp"
#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

namespace {
bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("an element that is closed in its own tag, as XML has it, costs itself") {
    for (const std::string name :
         {"iframe",    "script", "style", "textarea", "title",  "noscript", "template", "select",
          "svg",       "canvas", "map",   "object",   "button", "noembed",  "noframes", "xmp",
          "plaintext", "math",   "video", "audio",    "dialog", "datalist", "embed"}) {
        INFO(name);
        CHECK(clean("<p>a</p><" + name + " class=\"x\" /><p>b</p>") == "<p>a</p><p>b</p>");
        CHECK(clean("<p>a</p><" + name + "/><p>b</p>") == "<p>a</p><p>b</p>");
    }
}

TEST_CASE("an element that is never closed costs itself") {
    for (const std::string name :
         {"iframe",    "script", "style", "textarea", "title",  "noscript", "template", "select",
          "svg",       "canvas", "map",   "object",   "button", "noembed",  "noframes", "xmp",
          "plaintext", "math",   "video", "audio",    "dialog", "datalist"}) {
        INFO(name);
        CHECK(contains(clean("<p>a</p><" + name + " class=\"x\"><p>b</p><p>c</p>"), "<p>b</p><p>c</p>"));
    }
}

TEST_CASE("a later element of the same name closes none before it") {
    CHECK(clean("<script src=/a.js><p>a</p><script>b()</script><p>c</p>") == "<p>a</p><p>c</p>");
    CHECK(contains(
        clean("<iframe src=https://a.example/x></ifame><p>a</p><iframe src=https://b.example/y></iframe>"),
        "<p>a</p>"));
    CHECK(clean("<style><p>a</p><style>p{}</style>b") == "<p>a</p>b");
    CHECK(clean("<svg><p>a</p><svg></svg>b") == "<p>a</p>b");
}

TEST_CASE("a script that writes another is one script") {
    CHECK(clean("a<script>document.write('<script src=x><\\/script>')</script>b") == "ab");
}

TEST_CASE("an unclosed script ends where the article goes on") {
    CHECK(clean("a<script>var x = '<b>' + 1;<p>b</p>") == "a<p>b</p>");
    CHECK(clean("a<script>alert(1)") == "a");
    CHECK(clean("a<style>p { color: red }<h2>b</h2>") == "a<h2>b</h2>");
}

TEST_CASE("what is closed goes whole, though it holds markup") {
    CHECK(clean("a<script type=text/template><p>x</p></script>b") == "ab");
    CHECK(clean("a<template><template>x</template>y</template>b") == "ab");
    CHECK(clean("a<textarea></p><b></textarea>b") == "ab");
}

// Some seconds with sanitizers: each kind by itself.
TEST_CASE("tens of thousands of unclosed elements are looked through once") {
    for (const std::string tag : {"<script>",     "<iframe>",     "<style>",
                                  "<title>",      "<textarea>",   "<svg>",
                                  "<template>",   "<object>",     "<button class=copy>",
                                  "<video>",      "<math>",       "<xmp>",
                                  "<iframe></p>", "<object></p>", "<svg/>",
                                  "<!--",         "<![CDATA[",    "<?",
                                  "</ ",          "<a b=\"",      "<a b='\">"}) {
        INFO(tag);
        std::string html;
        for (int i = 0; i < 30'000; ++i) html += tag;
        const std::clock_t begin = std::clock();
        (void)email::clean_html(html, "https://example.org/post");
        // Half of them closed at the end.
        for (int i = 0; i < 15'000; ++i) html += "</svg></object></iframe></template></button></math>";
        (void)email::clean_html(html, "https://example.org/post");
        // Processor time: tenths of a second without sanitizers, while a quadratic search takes minutes.
        CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 20);
    }
}
TEST_CASE("an element of the text that is closed in its own tag holds nothing") {
    for (const std::string empty : {"<b/>", "<i class=icon />", "<em/>", "<h2 id=a />", "<blockquote/>",
                                    "<div hidden />", "<span style='display:none'/>"}) {
        INFO(empty);
        const std::string html = clean("<p>One</p>" + empty + "<p>Two</p>");
        CHECK(html.find("<p>Two</p>") != std::string::npos);
        CHECK(html.find("<b>") == std::string::npos);
        CHECK(html.find("<i") == std::string::npos);
        CHECK(html.find("<em>") == std::string::npos);
    }
    CHECK(text("<h2 id=a /><p>Two</p>") == "Two\n");
    CHECK(text("<blockquote/><p>Two</p>") == "Two\n");
}

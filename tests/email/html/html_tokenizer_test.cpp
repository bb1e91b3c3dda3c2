#include "email/html/html_tokenizer.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;

TEST_CASE("an unclosed comment costs itself") {
    CHECK(clean("<p>a</p><!-- b ><p>c</p>") == "<p>a</p><p>c</p>");
    CHECK(clean("<p>a</p><!-- b<p>c</p>") == "<p>a</p><p>c</p>");
    CHECK(clean("<p>a</p><!-- b") == "<p>a</p>");
}
TEST_CASE("a comment whose end is misspelt ends there, though another follows") {
    for (const std::string end : {"->", "\u2013>", "\u2014>", "&#8211;>", "--&gt;", "-- >"}) {
        INFO(end);
        CHECK(clean("a<!--more" + end + "b<!-- wp:paragraph -->c") == "abc");
    }
}
TEST_CASE("a comment may hold the beginning of another") {
    CHECK(clean("a<!-- x <!-- y -->b") == "ab");
}
TEST_CASE("CDATA's marks go, what stands between them stays") {
    CHECK(clean("<![CDATA[<p>a</p>]]><p>b</p>") == "<p>a</p><p>b</p>");
    CHECK(clean("<p>a <![CDATA[b]]> c</p>") == "<p>a b c</p>");
    CHECK(clean("<p>a</p><![CDATA[<p>b</p>") == "<p>a</p><p>b</p>");
}
TEST_CASE("a value without its second quotation mark ends with its tag") {
    CHECK(clean("<a href=\"https://a.example>one</a> and <a href=\"https://b.example\">two</a>") ==
          "<a href=\"https://a.example\">one</a> and <a href=\"https://b.example\">two</a>");
    CHECK(clean("<p class=\"x>one</p><p>two</p>") == "<p>one</p><p>two</p>");
}
TEST_CASE("a declaration without an end is text") {
    CHECK(clean("a <?php b") == "a &lt;?php b");
}

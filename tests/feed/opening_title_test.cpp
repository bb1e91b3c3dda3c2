#include "feed/opening_title.hpp"

#include <catch2/catch.hpp>

using namespace paperround::feed;

TEST_CASE("only a heading at the very front is found, with its level and what follows it") {
    const auto heading = html_heading("<h2 id=a>A <b>storm</b></h2><p>b</p>");
    REQUIRE(heading);
    CHECK(heading->text == "A storm");
    CHECK(heading->level == 2);
    CHECK(heading->after == "<p>b</p>");
    for (const char* html : {"<p>a</p><h1>b</h1>", "<h7>a</h7>", "<h1>a</h2>", "<hr>", ""}) {
        INFO(html);
        CHECK_FALSE(html_heading(html));
    }
}

TEST_CASE("comments and white space in front are passed, one that never ends is text") {
    CHECK(behind_comments(" <!-- a -->\n<!-- b -->c <!-- d -->") == "c <!-- d -->");
    CHECK(behind_comments(" <!-- a") == "<!-- a");
}

TEST_CASE("a heading says the same as the title but for case, typography and a mark at the end") {
    CHECK(says_the_same("It's \"on\" -- at last...", "it’s “On” – at last…"));
    CHECK(says_the_same("Storm", "Storm."));
    CHECK_FALSE(says_the_same("Learn C", "Learn C++"));
    CHECK_FALSE(says_the_same("Storm", "Storms"));
}

TEST_CASE("a feed's text that begins with its title says it once") {
    CHECK(without_opening_title("<h1>The storm</h1><p>a</p>", "The storm") == "<p>a</p>");
    CHECK(without_opening_title("<!-- x --> <h2 id=a><a href=/s>The  storm.</a></h2>\n<p>a</p>",
                                "The storm") == "<!-- x --> \n<p>a</p>");
    CHECK(without_opening_title("<article><header><h1>It\u2019s here</h1></header><p>a</p></article>",
                                "It's here") == "<article><header></header><p>a</p></article>");
    for (const char* html : {"<h1>Another</h1><p>a</p>", "<p>b</p><h1>The storm</h1>", "<h1>The storm</h1>",
                             "", "<h1>The storm"})
        CHECK(without_opening_title(html, "The storm") == html);
    CHECK(without_opening_title("<h1></h1><p>a</p>", "") == "<h1></h1><p>a</p>");
}

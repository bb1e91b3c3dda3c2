#include "post/opening_heading.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace paperround::post;

TEST_CASE("a text's first heading is found however it is written") {
    for (const std::string text :
         {"# Storm\nText", "\n\n## Storm ##\nText", "Storm\n==\nText", "Storm\n---\nText",
          "# Storm {#storm}\nText", "# Storm {.wide #storm}\nText", "# Storm ^abc123\nText",
          "<h1>Storm</h1>\nText", "<h1 align=\"center\"><b>Storm</b></h1>\nText",
          "<!-- lint off -->\n# Storm\nText", "# [Storm](https://example.org/)\nText"}) {
        INFO(text);
        const auto heading = opening_heading(text);
        REQUIRE(heading);
        CHECK(heading->text == "Storm");
        CHECK(heading->after == "\nText");
    }
    CHECK(opening_heading("# Learn C#\n")->text == "Learn C#");
    for (const std::string text :
         {"#Storm", "Storm", "Storm\n\n---\n", "####### Storm", "<header>Storm</header>", "---\nStorm", ""}) {
        INFO(text);
        CHECK_FALSE(opening_heading(text));
    }
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

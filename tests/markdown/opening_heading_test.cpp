#include "markdown/opening_heading.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace paperround::markdown;

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

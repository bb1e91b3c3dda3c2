#include "feed/text/text_to_html.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace paperround::feed;

TEST_CASE("text becomes paragraphs and breaks") {
    CHECK(text_to_html("a < b\nc\n\n\nd") == "<p>a &lt; b<br>\nc</p>\n<p>d</p>");
    CHECK(text_to_html("  \n ").empty());
}

TEST_CASE("plain text keeps its lines, and addresses in it are links") {
    using paperround::feed::text_to_html;
    CHECK(text_to_html("One\nTwo\n\nThree") == "<p>One<br>\nTwo</p>\n<p>Three</p>");
    CHECK(text_to_html("See https://example.org/a?b=1&c=2.") ==
          "<p>See <a href=\"https://example.org/a?b=1&amp;c=2\">https://example.org/a?b=1&amp;c=2</a>.</p>");
    CHECK(text_to_html("(https://example.org/a_(b))") ==
          "<p>(<a href=\"https://example.org/a_(b)\">https://example.org/a_(b)</a>)</p>");
    CHECK(text_to_html("Mail desk@harbour.example!") ==
          "<p>Mail <a href=\"mailto:desk@harbour.example\">desk@harbour.example</a>!</p>");
    CHECK(text_to_html("a@b, @you, https:// and http:") == "<p>a@b, @you, https:// and http:</p>");
    CHECK(text_to_html("https://example.org/<b>") ==
          "<p><a href=\"https://example.org/\">https://example.org/</a>&lt;b&gt;</p>");
}

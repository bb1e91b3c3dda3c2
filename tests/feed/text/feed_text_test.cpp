#include "feed/text/feed_text.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <string>
#include <vector>

using namespace paperround::feed;

TEST_CASE("plain text has no markup, script or style") {
    CHECK(plain_text("<p>One</p><p>Two <b>b</b>old</p>") == "One Two bold");
    CHECK(plain_text("a<script>alert('<b>')</script>b<style>p{}</style>c<!-- d -->e") == "a b ce");
    CHECK(plain_text("x<br/>y<BR >z") == "x y z");
    CHECK(plain_text("<img src='a.png' alt='>'>") == "'>");
}

TEST_CASE("plain text keeps what is no HTML") {
    CHECK(plain_text("vector<int> < 3 <- <nothing") == "vector<int> < 3 <- <nothing");
    CHECK(plain_text("<b unclosed") == "<b unclosed");
    CHECK(plain_text("a <bold> b") == "a <bold> b");
}

TEST_CASE("one line is one line, whatever came in") {
    CHECK(one_line("a\r\nb\tc\0d\x7f\u0085\u2028 e ") == "a b c");
    CHECK(one_line(std::string_view("a\0b", 3)) == "a b");
    CHECK(one_line("x\u2028y\u0085z") == "x y\u2026z");  // an ellipsis in windows-1252
    CHECK(one_line("\xff\xfe") == "\uFFFD\uFFFD");
    CHECK(one_line("   ").empty());
}

TEST_CASE("one line is cut between characters") {
    CHECK(one_line("ééé", 5) == "éé");
}

TEST_CASE("a body keeps its lines and loses its control characters") {
    CHECK(body_text("a\r\nb\rc\n\td\x01\x7f") == "a\nb\nc\n\td");
    CHECK(body_text("\xc3") == "\uFFFD");
}

TEST_CASE("a title of nothing but open tags is read in no time") {
    std::string title;
    for (int i = 0; i < 200000; ++i) title += "<b";
    // The processor's time, which a busy machine does not stretch; reading to the end for each tag takes
    // minutes.
    const auto begin = std::clock();
    CHECK_FALSE(plain_text(title).empty());
    CHECK(std::clock() - begin < 10 * CLOCKS_PER_SEC);
}

TEST_CASE("a title may speak of tags") {
    using paperround::feed::title_text;
    CHECK(title_text("How to use <video> and <img> in <p>") == "How to use <video> and <img> in <p>");
    CHECK(title_text("1 < 2 and <b>bold</b> words") == "1 < 2 and bold words");
    CHECK(title_text("<p>Para</p>") == "Para");
    CHECK(title_text("One<br>Two <img src=\"a.png\">") == "One Two");
    CHECK(title_text("A guide to &lt;head&gt; elements") == "A guide to <head> elements");
}

TEST_CASE("CDATA's marks that were escaped with what they enclose go") {
    using paperround::feed::without_cdata_marks;
    CHECK(without_cdata_marks("<![CDATA[Hello World]]>") == "Hello World");
    CHECK(without_cdata_marks(" <![CDATA[ <p>Nested.</p>  ]]> ") == "<p>Nested.</p>");
    CHECK(without_cdata_marks("<![CDATA[Nested title]]") == "Nested title");
    CHECK(without_cdata_marks("&lt;![CDATA[Twice]]&gt;") == "Twice");
    CHECK(without_cdata_marks("Left over]]>") == "Left over");
    CHECK(without_cdata_marks("a[b[0]]") == "a[b[0]]");
    CHECK(without_cdata_marks("") == "");
}

TEST_CASE("many tags that never end are not slow") {
    std::string tags;
    for (int i = 0; i < 500000; ++i) tags += "<b";
    CHECK(plain_text(tags, 1000000).size() == 1000000);
}

TEST_CASE("a title whose references were escaped twice is what a reader would say") {
    using paperround::feed::said_title;
    CHECK(said_title("Ann&#8217;s &amp; Ben&rsquo;s") == "Ann\u2019s & Ben\u2019s");
    CHECK(said_title("&lt;em&gt;Dune&lt;/em&gt; again") == "Dune again");
    CHECK(said_title("A guide to &lt;head&gt;") == "A guide to <head>");
    CHECK(said_title("One&nbsp;two") == "One\u00A0two");
}

TEST_CASE("a title that speaks of references keeps them") {
    using paperround::feed::said_title;
    CHECK(said_title("What &nbsp; means") == "What &nbsp; means");
    CHECK(said_title("Escape &lt; first") == "Escape &lt; first");
    CHECK(said_title("R&D, AT&T; 1 < 2") == "R&D, AT&T; 1 < 2");
}

TEST_CASE("a title's powers stay powers") {
    CHECK(paperround::feed::title_text("10<sup>21</sup> grains of H<sub>2</sub>O on the 1<sup>st</sup>") ==
          "10\u00B2\u00B9 grains of H\u2082O on the 1st");
}

#include "email/page/html_words.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

TEST_CASE("signs that lead to their own heading go") {
    for (const std::string sign :
         {"<a class=anchor href=#a aria-hidden=true>§</a>",
          " <a class=headerlink href=#a title='Permanent link'>¶</a>",
          "<a href=#a aria-hidden=true tabindex=-1><span class='icon icon-link'></span></a>",
          "<a class=hash-link href='#a' aria-label='Direct link'>\u200B</a>",
          "<a href='https://example.org/post#a'>#</a>",
          "<a class=heading-anchor href=#a><svg aria-hidden=true></svg><span class=sr-only>Section titled "
          "A</span></a>",
          "<a class=permalink href=#a>Permalink</a>", "<span aria-hidden=true>\U0001F517</span>"}) {
        INFO(sign);
        CHECK(text("<h2 id=a>Heading" + sign + "</h2>") == "Heading\n-------\n");
    }
}
TEST_CASE("a heading that is a link keeps its words") {
    CHECK(text("<h4><a class=anchor href=#a>Heading</a></h4>") ==
          "Heading [1]\n\n[1] https://example.org/post#a\n");
    CHECK(clean("<h2>C# and F#</h2>") == "<h2>C# and F#</h2>");
}
TEST_CASE("words for screen readers alone go") {
    CHECK(clean("<a href=https://x.example>site<span class=screen-reader-text> (opens in a new "
                "tab)</span></a>") == "<a href=\"https://x.example\">site</a>");
    for (const std::string hidden :
         {"class=sr-only", "class='x visually-hidden'", "class=visuallyHidden_k2f",
          "style='position:absolute;left:-9999px'", "style='position: absolute; clip: rect(0 0 0 0)'",
          "style='position:absolute;width:1px;height:1px;overflow:hidden'"}) {
        INFO(hidden);
        CHECK(clean("<p>a<span " + hidden + ">b</span></p>") == "<p>a</p>");
    }
    CHECK(clean("<p>a<span class=not-sr-only>b</span><span class='md:sr-only'>c</span></p>") != "<p>a</p>");
}
TEST_CASE("what is seen stays, though screen readers pass it over") {
    CHECK(clean("<p><span class=sr-only>Five euros</span><span aria-hidden=true>5 €</span></p>") ==
          "<p><span>5 €</span></p>");
}
TEST_CASE("an icon that is a link keeps its words for screen readers") {
    CHECK(clean("<a href=https://x.example><svg aria-hidden=true></svg><span class=sr-only>Our "
                "page</span></a>") == "<a href=\"https://x.example\"><span>Our page</span></a>");
}
TEST_CASE("marks of notes are raised, numbers of notes stand before them") {
    CHECK(
        text("<p>The tide<a class=footnote-anchor href=#footnote-1>1</a> was out.</p><div class=footnote><a "
             "class=footnote-number href=#footnote-anchor-1>1</a><div><p>Twice a day.</p></div></div>") ==
        "The tide¹ was out.\n\n1. Twice a day.\n");
    // In the first line of the note, whatever it begins with.
    const std::string note = "<a class=footnote-number href=#footnote-anchor-2>2</a>";
    CHECK(clean("<div>" + note + "<div><p>Twice a <i>day</i>.</p><p>Or so.</p></div></div>") ==
          "<div><div><p>2. Twice a <i>day</i>.</p><p>Or so.</p></div></div>");
    CHECK(clean("<div>" + note + " <p><a href=https://e.org>Tides</a></p></div>") ==
          "<div> <p>2. <a href=\"https://e.org\">Tides</a></p></div>");
    CHECK(clean("<p>" + note + "Twice.</p>") == "<p>2. Twice.</p>");
    CHECK(text("<p>The tide<sup id=r><a href=#_ftn1>[1]</a></sup> was out.</p><p><a href=#_ftnref1>[1]</a> "
               "Twice.</p>") == "The tide¹ was out.\n\n1. Twice.\n");
    CHECK(text("<p>Tide<sup><a href='https://example.org/post#fn:1' rel=footnote>1</a></sup> and <a "
               "href=https://e.org>wind</a>.</p><ol><li id=fn:1><p>Twice.&nbsp;<a href=#fnref:1 "
               "class=reversefootnote>↩</a></p></li></ol>") ==
          "Tide¹ and wind [1].\n\n1. Twice.\n\n[1] https://e.org\n");
    CHECK(text("<p>Tide<sup class=reference><a href=#cite_note-1>[1]</a></sup></p><ol><li><a "
               "href=#cite_ref-1>^</a> "
               "Twice.</li></ol>") == "Tide¹\n\n1. Twice.\n");
}
TEST_CASE("a note beside the text stands in brackets") {
    CHECK(text("<p>Tide<label class='margin-toggle sidenote-number'></label><input type=checkbox "
               "class=margin-toggle><span "
               "class=sidenote>Twice a day.</span> out</p>") == "Tide (Twice a day.) out\n");
}
TEST_CASE("check boxes that a style sheet draws are told apart") {
    CHECK(text("<ul data-checked=true><li>a</li></ul><ul data-checked=false><li>b</li></ul>") ==
          "- \u2611 a\n\n- \u2610 b\n");
    CHECK(
        text("<ul><li><div class='checkbox checkbox-on'></div> a</li><li data-list=unchecked>b</li></ul>") ==
        "- \u2611 a\n- \u2610 b\n");
}
TEST_CASE("a raised number that leads elsewhere keeps its address") {
    CHECK(text("<p>Tide<sup><a href=https://doi.example/1>3</a></sup> out</p>") ==
          "Tide³ [1] out\n\n[1] https://doi.example/1\n");
}
TEST_CASE("a page's number within the post is no note") {
    CHECK(clean("<p>Go to <a href=#page2>2</a></p>") ==
          "<p>Go to <a href=\"https://example.org/post#page2\">2</a></p>");
}
TEST_CASE("a heading of ten thousand signs is read once for each") {
    std::string html = "<h2>";
    for (int i = 0; i < 10'000; ++i) html += "<a class=anchor href=#a>x</a>";
    CHECK_FALSE(clean(html + "</h2>").empty());
}
TEST_CASE("a heading that leads to itself is no link") {
    CHECK(text("<h4 id=a><a href=#a>Heading<span aria-hidden=true> #</span></a></h4>") == "Heading\n");
    CHECK(text("<h4 id=a><a href=#b>Heading</a></h4>") == "Heading [1]\n\n[1] https://example.org/post#b\n");
}
TEST_CASE("a note that appears above the text stands in brackets behind its mark") {
    CHECK(text("<p>Tide<span class=ref><span class=refnum>[1]</span><span class=refbody>Twice.</span></span> "
               "out.</p>") == "Tide[1] (Twice.) out.\n");
    CHECK(text("<p>Tide<sup><a href='javascript:void(0)'>1</a></sup><span role=tooltip "
               "class='modern-footnotes-footnote__note'>Twice.</span> out.</p>") ==
          "Tide\u00B9 (Twice.) out.\n");
}
TEST_CASE("what a style raises or lowers stays raised or lowered") {
    CHECK(text("<p>10<span style='vertical-align: super; font-size: smaller'>21</span> grains of "
               "CO<span style='vertical-align:sub'>2</span></p>") == text("<p>10<sup>21</sup> grains of "
                                                                          "CO<sub>2</sub></p>"));
    CHECK(clean("<span style='vertical-align:middle'>a</span>").find("<span") == 0);
}
TEST_CASE("Org mode's and LaTeXML's notes keep their numbers, once") {
    CHECK(text("<p>Tide<sup><a class=footref href=#fn.1 role=doc-backlink>1</a></sup> out.</p><div><sup><a "
               "class=footnum href=#fnr.1 role=doc-backlink>1</a></sup> <div><p>Twice.</p></div></div>") ==
          "Tide\u00B9 out.\n\n\u00B9\n\nTwice.\n");
    CHECK(text("<p>Tide<span class=ltx_note><sup class=ltx_note_mark>1</sup><span class=ltx_note_outer><span "
               "class=ltx_note_content><sup class=ltx_note_mark>1</sup><span class='ltx_tag "
               "ltx_tag_note'>1</span>Twice.</span></span></span> out.</p>") == "Tide\u00B9 (Twice.) out.\n");
}
TEST_CASE("a word that a style sheet hides goes, a part that can be unfolded stays") {
    CHECK(clean("<p>a<span class=hidden>b</span><span class=d-none>c</span></p>") == "<p>a</p>");
    CHECK(clean("<p><span class='hidden md:inline'>b</span></p>").find('b') != std::string::npos);
    CHECK(clean("<p><span class='d-none d-md-inline'>b</span></p>").find('b') != std::string::npos);
    CHECK(clean("<div class=hidden>b</div>") == "<div>b</div>");
}
TEST_CASE("what a page folds away is in the mail") {
    CHECK(text("<h3>Why?</h3><div class='panel accordion-body' style='display:none'>So.</div>") ==
          "Why?\n~~~~\n\nSo.\n");
    CHECK(
        text(
            "<p>a</p><div class=note style='display:none'>b</div><span class=panel style='display:none'>c</span>") ==
        "a\n");
}
TEST_CASE("a price that is said for screen readers as well stands once") {
    CHECK(text("<span class=a-offscreen>$9.99</span><span aria-hidden=true>$9.99</span>") == "$9.99\n");
}
TEST_CASE("the sign that unfolds a note in the margin goes") {
    CHECK(
        text(
            "It <label for=m class=margin-toggle>&#8853;</label><input type=checkbox id=m class=margin-toggle>"
            "<span class=marginnote>A note.</span> came") == "It (A note.) came\n");
}
TEST_CASE("an empty item of a list goes, but not its number") {
    CHECK(clean("<ul><li></li><li><p> </p></li><li>a</li></ul><ol><li></li><li>b</li></ol>") ==
          "<ul><li>a</li></ul><ol><li></li><li>b</li></ol>");
}
TEST_CASE("the title of a note is bold") {
    CHECK(clean("<div class=markdown-alert><p class=markdown-alert-title>Note</p><p>a</p></div>") ==
          "<div><p style=\"font-weight:bold\">Note</p><p>a</p></div>");
}

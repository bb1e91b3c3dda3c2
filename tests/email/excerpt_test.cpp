#include "email/excerpt.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using email::excerpt_of;

TEST_CASE("an excerpt is running text, without headings, pictures, tables, code and notes") {
    CHECK(excerpt_of(
              {"<h2>Head</h2><figure><img alt=\"Fog\"><figcaption>Cap</figcaption></figure><p>One "
               "<b>fo</b>ot,<sup>1</sup></p><pre>x = 1</pre><table><tr><td>9</td></tr></table><p>then\nthe "
               "other.</p>"},
              100) == "One foot, then the other.");
}

TEST_CASE("an excerpt has no captions, as the cleaner writes them") {
    const auto clean = email::clean_html(
        "<figure><img src=https://e.org/i.png><figcaption>Cap</figcaption></figure><p>One foot.</p>", "");
    REQUIRE(clean);
    CHECK(excerpt_of(*clean, 100) == "One foot.");
}

TEST_CASE("an excerpt ends between words, with an ellipsis, and never within a character") {
    CHECK(excerpt_of({"<p>one two three</p>"}, 9) == "one two…");
    CHECK(excerpt_of({"<p>one two three</p>"}, 13) == "one two three");
    // Each of these letters has two octets.
    CHECK(excerpt_of({"<p>שלום</p>"}, 5) == "של…");
}

TEST_CASE("an excerpt of nothing is empty") {
    CHECK(excerpt_of({""}, 100).empty());
    CHECK(excerpt_of({"<h1>Only a title</h1>"}, 100).empty());
}

TEST_CASE("an excerpt keeps powers and leaves out what was struck") {
    CHECK(excerpt_of({"<p>There are 10<sup>21</sup> grains for <s>100</s> 80, H<sub>2</sub>O"
                      "<sup><a href=\"https://e.org/p#fn1\">1</a></sup> too.</p>"},
                     100) == "There are 10²¹ grains for 80, H₂O too.");
}

TEST_CASE("an excerpt joins what a page joins, and has no readings above words") {
    CHECK(excerpt_of({"<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字</ruby>を</p>"}, 100) == "漢字を");
    CHECK(excerpt_of({"<p><var>x</var>; a<wbr>b, <q>so</q>, so&shy;lo</p>"}, 100) ==
          "x; ab, \u201cso\u201d, solo");
}

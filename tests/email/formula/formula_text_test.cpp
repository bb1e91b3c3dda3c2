#include "email/formula/formula_text.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using email::formula_of_mathml;
using test::text;

namespace {
const std::string half = "<mfrac><mn>1</mn><mn>2</mn></mfrac>";
const std::string tex = "<annotation encoding=\"application/x-tex\">\\frac{1}{2}</annotation>";
}  // namespace

TEST_CASE("simple formulas stand as people type them") {
    CHECK(formula_of_mathml(half, "") == "1/2");
    CHECK(formula_of_mathml(half + "<mo>+</mo><msup><mi>x</mi><mn>2</mn></msup>", "") == "1/2 + x^2");
    CHECK(formula_of_mathml("<msup><mi>e</mi><mrow><mi>k</mi><mi>t</mi></mrow></msup>", "") == "e^(kt)");
    CHECK(formula_of_mathml("<msub><mi>a</mi><mi>n</mi></msub>", "") == "a_n");
    CHECK(formula_of_mathml("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>", "") == "√(x + 1)");
    CHECK(formula_of_mathml("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac>", "") ==
          "(a + b)/c");
    CHECK(formula_of_mathml(
              "<mi>f</mi><mo>&#x2061;</mo><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mo>-</mo><mn>1</mn>",
              "") == "f(x) = -1");
}
TEST_CASE("numbers that stand side by side do not become another") {
    CHECK(formula_of_mathml("<mn>2</mn>" + half, "") == "2 1/2");
    CHECK(formula_of_mathml("<mn>2</mn><msup><mn>10</mn><mn>3</mn></msup>", "") == "2 10^3");
    CHECK(formula_of_mathml("<msup><mn>10</mn><mn>3</mn></msup><mn>4</mn>", "") == "10^3 4");
    CHECK(formula_of_mathml(half + "<mi>x</mi>", "") == "1/2 x");
}
TEST_CASE("an intricate formula is read from the TeX that it was made of") {
    const std::string sum =
        "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>";
    CHECK(formula_of_mathml(
              "<semantics>" + sum +
                  "<annotation encoding=\"application/x-tex\">\\sum_{i=1}^n</annotation></semantics>",
              "") == "∑_(i = 1)^n");
    CHECK(formula_of_mathml(sum, "") == "∑_(i = 1)^n");
    CHECK(formula_of_mathml(sum, "{\\displaystyle \\sum_{i=1}^n}") == "∑_(i = 1)^n");
    CHECK(formula_of_mathml(sum, "\\begin{aligned}x\\end{aligned}") == "\\begin{aligned}x\\end{aligned}");
}
TEST_CASE("KaTeX's formula stands once") {
    CHECK(text("<p>Half is <span class=katex><span class=katex-mathml><math><semantics><mrow>" + half +
               "</mrow>" + tex +
               "</semantics></math></span><span class=katex-html "
               "aria-hidden=true><span>2</span><span>1</span></span>"
               "</span>.</p>") == "Half is 1/2.\n");
}
TEST_CASE("MathJax's formula stands once, in both of its versions") {
    CHECK(text("<p>a <span class=MathJax_Preview></span><span class=MathJax><nobr "
               "aria-hidden=true><span>1</span><span>2"
               "</span></nobr></span><script type=\"math/tex\">\\frac{1}{2}</script> b</p>") == "a 1/2 b\n");
    CHECK(text("<p>a <span class=MathJax><nobr aria-hidden=true>12</nobr><span "
               "class=MJX_Assistive_MathML><math>" +
               half + "</math></span></span> b</p>") == "a 1/2 b\n");
    CHECK(text("<p>a <span class=MathJax><nobr aria-hidden=true>12</nobr><span "
               "class=MJX_Assistive_MathML><math>" +
               half + "</math></span></span><script type='math/tex'>\\frac12</script> b</p>") == "a 1/2 b\n");
    CHECK(text("<p>a <mjx-container jax=SVG><svg><g><text>12</text></g></svg><mjx-assistive-mml><math>" +
               half + "</math></mjx-assistive-mml></mjx-container> b</p>") == "a 1/2 b\n");
    CHECK(text("<p>a <script type=\"math/tex; mode=display\">% <![CDATA[ x < y %]]></script> b</p>") ==
          "a x < y b\n");
}
TEST_CASE("a formula in elements with a prefix is one") {
    CHECK(text("<p>a <m:math><m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac></m:math> b</p>") == "a 1/2 b\n");
}
TEST_CASE("MediaWiki's formula is no picture beside the same formula") {
    CHECK(text("<p>a <span class=mwe-math-element><span style='display: none'><math alttext='{\\displaystyle "
               "x}'><mi>x</mi>"
               "</math></span><img alt='{\\displaystyle x}' src=https://e.org/x.svg></span> b</p>") ==
          "a x b\n");
}
TEST_CASE("KaTeX's drawing alone is read as it is seen") {
    const std::string drawn =
        "<span class=mfrac><span class=vlist-t><span class=vlist-r><span "
        "class=vlist><span>2</span><span></span>"
        "<span>1</span></span></span></span></span>";
    CHECK(text("<p>a <span class=katex><span class=katex-html aria-hidden=true>" + drawn +
               "<span class=mord>x<span class=msupsub><span class=vlist-t><span "
               "class=vlist><span>3</span></span></span>"
               "</span></span></span></span> b</p>") == "a 1/2x^3 b\n");
}
TEST_CASE("a formula that a page makes later is said by its attribute") {
    CHECK(text("<div class=latex-rendered "
               "data-attrs='{\"persistentExpression\":\"e^{i\\\\pi}\",\"id\":\"X\"}'></div>") ==
          "e^(i\u03c0)\n");
}
TEST_CASE("a formula nests as deep as it likes") {
    std::string drawn = "<span class=katex>";
    for (int i = 0; i < 40; ++i) drawn += "<span class=mfrac><span class=vlist><span>";
    CHECK(text(drawn + "x").size() < 1000);
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<mfrac><mrow>";
    CHECK(formula_of_mathml(deep + "<mi>x</mi>", "").size() < 1000);
    std::string wide;
    for (int i = 0; i < 100'000; ++i) wide += "<mi>x</mi>";
    CHECK_FALSE(formula_of_mathml(wide, "").empty());
}
TEST_CASE("MathJax's drawings say their formula, as glyphs and as pictures") {
    CHECK(
        text(
            "<p>So <span class=mjx-chtml><span class=mjx-math aria-label='\\frac{1}{2}'><span "
            "class=mjx-mrow aria-hidden=true><span>1</span><span>2</span></span></span></span> of it.</p>") ==
        "So 1/2 of it.\n");
    CHECK(
        text(
            "<p>So <mjx-container jax=SVG><svg><g stroke=currentColor><g data-mml-node=math data-latex='\\pi "
            "r^2'><use></use></g></g></svg></mjx-container> of it.</p>") == "So \u03c0r^2 of it.\n");
    CHECK(text("<p>So <span class=MathJax_SVG data-mathml='&lt;math&gt;&lt;mfrac&gt;&lt;mn&gt;1&lt;/mn&gt;"
               "&lt;mn&gt;2&lt;/mn&gt;&lt;/mfrac&gt;&lt;/math&gt;'><svg><g></g></svg></span> of it.</p>") ==
          "So 1/2 of it.\n");
}

#include "email/formula/tex_tree.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"
#include "email/formula/formula_text.hpp"

using namespace paperround;
using email::formula_of_tex;
using test::clean;
using test::text;

TEST_CASE("a formula in TeX is what people type on one line") {
    CHECK(formula_of_tex("a^2 + b^2 = c^2") == "a^2 + b^2 = c^2");
    CHECK(formula_of_tex("\\frac{1}{2} mv^2") == "1/2 mv^2");
    CHECK(formula_of_tex("\\frac{n(n+1)}{2}") == "(n(n + 1))/2");
    CHECK(formula_of_tex("\\alpha \\le \\beta_{12}") == "\u03b1 \u2264 \u03b2_12");
    CHECK(formula_of_tex("e^{i\\pi}+1=0") == "e^(i\u03c0) + 1 = 0");
    CHECK(formula_of_tex("\\sqrt{3x-1}+\\sqrt[3]{8}") == "\u221a(3x \u2212 1) + 8^(1/3)");
    CHECK(formula_of_tex("x \\in \\mathbb{R}, x'") == "x \u2208 \u211d, x\u2032");
    CHECK(formula_of_tex("\\vec v = \\hat{x}") == "v\u20d7 = x\u0302");
    CHECK(formula_of_tex("\\text{if } x_i^2 \\ne 0") == "if x_i^2 \u2260 0");
    CHECK(formula_of_tex("\\left( 1 + \\dots \\right.") == "(1 + \u2026");
    CHECK(formula_of_tex("3.14 \\times 10^{21}") == "3.14 \u00d7 10^21");
    CHECK(formula_of_tex("x^23") == "x^2 3");
}
TEST_CASE("sums and integrals in TeX have their limits beside them") {
    CHECK(formula_of_tex("\\sum_{i=1}^{n} i") == "\u2211_(i = 1)^n i");
    CHECK(formula_of_tex("\\sum_{k=1}^n (2k-1)") == "\u2211_(k = 1)^n (2k \u2212 1)");
    CHECK(formula_of_tex("\\int_0^1 x^2\\,dx") == "\u222b_0^1 x^2 dx");
    CHECK(formula_of_tex("\\lim_{x\\to 0} \\sin x") == "lim_(x \u2192 0) sin x");
}
TEST_CASE("TeX that one line cannot show stays as it was written") {
    for (const char* tex : {"\\begin{matrix} a & b \\\\ c & d \\end{matrix}", "\\unheardof{x}", "a & b", "{a",
                            "a}", "\\frac{a", "\\text{a $x$}", "\\"})
        CHECK(formula_of_tex(tex) == tex);
}
TEST_CASE("TeX nests as deep as it likes, and is as long") {
    const std::string open(100'000, '{');
    CHECK(formula_of_tex(open + std::string(100'000, '}')).starts_with("{{"));
    std::string powers;
    for (int i = 0; i < 100'000; ++i) powers += "x^";
    CHECK_FALSE(formula_of_tex(powers).empty());
    std::string fractions;
    for (int i = 0; i < 100'000; ++i) fractions += "\\frac";
    CHECK_FALSE(formula_of_tex(fractions).empty());
}
TEST_CASE("a formula that a script would draw is read where it stands") {
    CHECK(clean("<p>The sum \\(1 + 3 = 4\\), and \\[ \\frac{1}{3} \\] or $$x^2$$.</p>") ==
          "<p>The sum 1 + 3 = 4, and 1/3 or x^2.</p>");
    CHECK(text("<p>\\(a &lt; b\\) and \\(n\\)</p>") == "a < b and n\n");
    CHECK(clean("<math-renderer>$\\sqrt{3x-1}$</math-renderer>") == "<span>\u221a(3x \u2212 1)</span>");
}
TEST_CASE("what only looks like a formula stays") {
    for (const char* words : {"sed wants \\(foo\\) there", "the shell's $$ and $$ again", "$5 and $6",
                              "\\(x^2 without an end", "a \\[b\\] c"})
        CHECK(clean("<p>" + std::string(words) + "</p>") == "<p>" + std::string(words) + "</p>");
    CHECK(clean("<code>\\(x^2\\)</code>") == "<code>\\(x^2\\)</code>");
    CHECK(clean("<pre>$$x^2$$</pre>") == "<pre>$$x^2$$</pre>");
}
TEST_CASE("a formula's picture stands in the line, and its words are the formula") {
    CHECK(clean("<p>a <img class=latex src='https://s0.wp.com/latex.php?latex=x%5E2' alt='\\frac{1}{2} "
                "mv^2'></p>")
              .find("<a class=\"full\"") == std::string::npos);
    CHECK(text("<p>a <img class=latex src='https://s0.wp.com/latex.php?latex=x%5E2' alt='\\frac{1}{2} "
               "mv^2'></p>") == "a 1/2 mv^2\n");
    CHECK(text("<p><img src='https://latex.codecogs.com/svg.latex?x^2' alt='x^{2}'></p>") == "x^2\n");
}
TEST_CASE("marks of formulas that never end are read once") {
    std::string html;
    for (int i = 0; i < 100'000; ++i) html += "\\(x^2 ";
    CHECK(clean("<p>" + html + "</p>").size() > html.size());
}

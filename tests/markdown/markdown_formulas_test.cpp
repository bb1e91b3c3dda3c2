#include "markdown/markdown_formulas.hpp"

#include <catch2/catch.hpp>

#include "markdown/foreign_markup.hpp"
#include "markdown/markdown.hpp"

using namespace paperround::markdown;

namespace {
std::string html_of(const std::string& markdown) {
    return markdown_to_html(without_foreign_markup(markdown).text);
}
}  // namespace

TEST_CASE("a formula's asterisks, underscores and backslashes are its own") {
    CHECK(html_of("So $2*3*4 = 24$.") == "<p>So \\(2*3*4 = 24\\).</p>\n");
    CHECK(html_of("So $x_1$ and _y_.") == "<p>So \\(x_1\\) and <em>y</em>.</p>\n");
    CHECK(html_of("$$\n\\{a_i*b_i*c_i\\} \\\\\n- 1\n$$") == "<p>$$\n\\{a_i*b_i*c_i\\} \\\\\n- 1\n$$</p>\n");
}
TEST_CASE("prices are no formulas") {
    CHECK(html_of("It costs $5 and *really* $6, not $7*.") ==
          "<p>It costs $5 and <em>really</em> $6, not $7*.</p>\n");
    CHECK(html_of("$a and *b* $c") == "<p>$a and <em>b</em> $c</p>\n");
    CHECK(html_of("`$a*b*c$` and \\$a*b*c$") == "<p><code>$a*b*c$</code> and $a<em>b</em>c$</p>\n");
}
TEST_CASE("a note in the line becomes a footnote") {
    const std::string html =
        html_of("The tide^[It comes [twice](https://x.example) a day.] was out.\n\nMore.");
    CHECK(html.find("^[") == std::string::npos);
    CHECK(html.find("footnote-ref") != std::string::npos);
    CHECK(html.find("It comes <a href=\"https://x.example\">twice</a> a day.") != std::string::npos);
    CHECK(html.find("More.") < html.find("It comes"));
    CHECK(html_of("The pattern ^[a-z b]+$ stays, as x^[2]^ does.").find("footnote") == std::string::npos);
}
TEST_CASE("a hundred thousand dollars and notes without an end are not slow") {
    std::string dollars;
    for (int i = 0; i < 100'000; ++i) dollars += "$a ^[b $$ ";
    CHECK(html_of(dollars).size() > dollars.size());
}
TEST_CASE("formulas in MathJax's brackets keep their signs") {
    CHECK(html_of("So \\(a_1*b_1*c\\) holds.") == "<p>So \\(a_1*b_1*c\\) holds.</p>\n");
    CHECK(html_of("\\[\nx_1 = \\frac{1}{2}_2\n\\]") == "<p>\\[\nx_1 = \\frac{1}{2}_2\n\\]</p>\n");
    CHECK(html_of("An escaped \\(c\\), \\[1\\] and \\[a\\_b\\](x).") ==
          "<p>An escaped (c), [1] and [a_b](x).</p>\n");
}
TEST_CASE("brackets of formulas that never end are read once") {
    std::string brackets;
    for (int i = 0; i < 100'000; ++i) brackets += "\\(a_1 \n\\[b_1 ";
    CHECK(html_of(brackets).size() > brackets.size() / 2);
}

#include "email/formula/mathjax_glyphs.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using email::text_of_glyphs;
using test::text;

namespace {

std::string glyph(const std::string& code) {
    return "<mjx-mi><mjx-c class='mjx-c" + code + " TEX-I'></mjx-c></mjx-mi>";
}

}  // namespace

TEST_CASE("a formula drawn with a font's characters is these characters") {
    CHECK(text_of_glyphs(glyph("1D45B")) == "n");
    CHECK(text_of_glyphs(glyph("1D6FC") + glyph("210E") + glyph("1D7D2")) == "\u03b1h4");
    CHECK(text_of_glyphs(glyph("1D465") + "<mjx-mo space=4><mjx-c class=mjx-c3D></mjx-c></mjx-mo><mjx-mn "
                                          "space=4><mjx-c class=mjx-c32></mjx-c></mjx-mn>") == "x = 2");
}
TEST_CASE("its powers, indices and fractions keep their meaning") {
    const auto script = [](const std::string& name, const std::string& said) {
        return "<mjx-" + name + ">" + glyph("1D458") + "<mjx-script>" + said + "</mjx-script></mjx-" + name +
               ">";
    };
    CHECK(text_of_glyphs(script("msup", glyph("33"))) == "k^3");
    CHECK(text_of_glyphs(script("msup", glyph("31") + glyph("30"))) == "k^(10)");
    CHECK(text_of_glyphs(script("msub", glyph("33"))) == "k_3");
    CHECK(text_of_glyphs(script("msubsup", glyph("32") + "<mjx-spacer></mjx-spacer>" + glyph("1D456"))) ==
          "k^2_i");
    CHECK(text_of_glyphs("<mjx-mfrac><mjx-frac><mjx-num>" + glyph("31") + "</mjx-num><mjx-den>" +
                         glyph("31") + glyph("32") + "</mjx-den></mjx-frac></mjx-mfrac>") == "1/(12)");
}
TEST_CASE("where MathML stands beside the drawing, or nothing was drawn, it is not read") {
    CHECK(text_of_glyphs(glyph("33") + "<math><mi>n</mi></math>").empty());
    CHECK(text_of_glyphs("<mjx-math></mjx-math>").empty());
    CHECK(text_of_glyphs("<mjx-c class='mjx-cZZ mjx-c110000 mjx-c'></mjx-c></mjx-script></mjx-num>").empty());
}
TEST_CASE("a drawn formula is a word of the article") {
    CHECK(text("<p>a <mjx-container class=MathJax><mjx-math>" + glyph("33") +
               "</mjx-math></mjx-container> b</p>") == "a 3 b\n");
    CHECK(text("<p>a <mjx-container>never closed b</p><p>c</p>") == "a never closed b\n\nc\n");
}

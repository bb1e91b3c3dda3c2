#include "email/page/html_code.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;
using test::text;

namespace {
const std::string two_lines = "<pre><code>if x:\n    y()</code></pre>";
}  // namespace

TEST_CASE("a table with a column of line numbers is its code") {
    for (const std::string html :
         {// Hugo
          "<div class=highlight><table class=lntable><tr><td class=lntd><pre class=chroma><code><span "
          "class=lnt>1\n"
          "</span><span class=lnt>2\n</span></code></pre></td><td class=lntd><pre><code><span "
          "class=line><span class=cl>if "
          "x:\n</span></span><span class=line><span class=cl>    "
          "y()\n</span></span></code></pre></td></tr></table></div>",
          // Rouge
          "<pre><code><table class=rouge-table><tbody><tr><td class='gutter gl'><pre "
          "class=lineno>1\n2\n</pre></td><td "
          "class=code><pre>if x:\n    y()\n</pre></td></tr></tbody></table></code></pre>",
          // Pygments
          "<table class=highlighttable><tr><td class=linenos><div "
          "class=linenodiv><pre>1\n2</pre></div></td><td "
          "class=code><div class=highlight><pre>if x:\n    y()\n</pre></div></td></tr></table>",
          // Hexo
          "<figure class=highlight><table><tr><td class=gutter><pre><span class=line>1</span><br><span "
          "class=line>2</span><br></pre></td><td class=code><pre><span class=line>if x:</span><br><span "
          "class=line>    "
          "y()</span><br></pre></td></tr></table></figure>",
          // a gist
          "<table class=highlight><tbody><tr><td class=blob-num data-line-number=1></td><td "
          "class=blob-code>if "
          "x:</td></tr>\n<tr><td class=blob-num data-line-number=2></td><td class=blob-code>    "
          "y()</td></tr></tbody></table>",
          // highlightjs-line-numbers
          "<table class=hljs-ln><tbody><tr><td class='hljs-ln-line hljs-ln-numbers' "
          "data-line-number=1><div>1</div></td><td "
          "class=hljs-ln-code>if x:</td></tr><tr><td class='hljs-ln-line hljs-ln-numbers' "
          "data-line-number=2><div>2</div></td><td class=hljs-ln-code>    y()</td></tr></tbody></table>"}) {
        INFO(html);
        const std::string out = clean(html);
        CHECK(out.find("if x:\n    y()</") != std::string::npos);
        CHECK(out.find_first_of("12") == std::string::npos);
        CHECK(out.find("<table") == std::string::npos);
        CHECK(out.find("<pre") == out.rfind("<pre"));
    }
}
TEST_CASE("a column of numbers goes whatever it is called, and one of code that is numbers stays") {
    const auto table = [](const std::string& code) {
        return "<table><tr><td><pre><code><span>1\n</span><span>2\n</span></code></pre></td>"
               "<td><pre><code>" +
               code + "</code></pre></td></tr></table>";
    };
    CHECK(clean(table("if x:\n    y()")) == two_lines);
    CHECK(clean(table("4\n8")) == "<pre><code>4\n8</code></pre>");
}
TEST_CASE("numbers between the lines of code go") {
    CHECK(clean("<pre><code><span class=ln>1</span>if x:\n<span class=ln>2</span>    y()</code></pre>")
              .find("if x:\n") != std::string::npos);
    CHECK(clean("<pre><code><span class=ln>1</span>a</code></pre>").find('1') == std::string::npos);
}
TEST_CASE("a list of lines within code is lines") {
    CHECK(clean("<pre class='prettyprint linenums'><ol class=linenums><li>if x:</li><li>    "
                "y()</li></ol></pre>") == two_lines);
    CHECK(clean("<pre><code><div class=line>if x:</div><div class=line></div><div class=line>    "
                "y()</div></code></pre>") == "<pre><code>if x:\n\n    y()</code></pre>");
}
TEST_CASE("a table of data that counts its rows stays a table") {
    CHECK(clean("<table><tr><td>1</td><td><code>EPERM</code></td></tr><tr><td>2</td><td>x</td></tr></table>")
              .find("<table>") != std::string::npos);
}
TEST_CASE("numbers that a style or a sign sets apart from the code go") {
    CHECK(
        text("<pre><code><span style='white-space:pre;user-select:none;color:#7f7f7f'>1</span>make\n<span "
             "style='-webkit-user-select: none; user-select: none'>2</span>  make install\n</code></pre>") ==
        "    make\n      make install\n");
    CHECK(text("<pre><span class=linenr>1: </span>def f(x):\n<span class=linenr>2: </span>    return "
               "x\n</pre>") == "    def f(x):\n        return x\n");
    CHECK(text("<pre><code><table><tbody><tr><td>1</td><td>fn main() {\n</td></tr><tr><td>2</td><td>    "
               "sail();\n</td></tr></tbody></table></code></pre>") == "    fn main() {\n        sail();\n");
}
TEST_CASE("code that an editor put on the clipboard keeps its lines and indentation") {
    CHECK(text("<div style='font-family: Menlo, monospace; white-space: pre;'><div><span>def</span><span> "
               "f(x):</span></div><div>    return x</div></div>") == "    def f(x):\n        return x\n");
    CHECK(text("<p style='white-space:pre-wrap'>Words  of a page.</p>") == "Words of a page.\n");
}

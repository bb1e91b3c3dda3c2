#include "markdown/footnote_marks.hpp"

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "markdown/markdown.hpp"

using namespace paperround;
using markdown::markdown_to_html;
using markdown::with_plain_brackets;

TEST_CASE("words in brackets behind a caret are kept over the end of a line") {
    CHECK(markdown_to_html("[^one\ntwo words here] x\n") == "<p>[^one\ntwo words here] x</p>\n");
    CHECK(markdown_to_html("> quote [^one\n> two three four] y\n") ==
          "<blockquote>\n<p>quote [^one\ntwo three four] y</p>\n</blockquote>\n");
    CHECK(markdown_to_html("- item [^long label here\n  and more *words*] z\n") ==
          "<ul>\n<li>item [^long label here\nand more <em>words</em>] z</li>\n</ul>\n");
    CHECK(markdown_to_html("a ` b [^one\ntwo three four] c ` ` d ``\n") ==
          "<p>a <code>b [^one two three four] c</code> ` d ``</p>\n");
    CHECK(markdown_to_html("a ` b [^one\ntwo three four] c ``\n") ==
          "<p>a ` b [^one\ntwo three four] c ``</p>\n");
    CHECK(markdown_to_html("[^one [two] three\nfour five] x\n") ==
          "<p>[^one [two] three\nfour five] x</p>\n");
    CHECK(is_utf8(markdown_to_html("# X\n[^\u00e9\nlc}]")));
}

TEST_CASE("footnotes, links and code are left alone") {
    for (const auto* text :
         {"a[^1]\n\n[^1]: b\n", "[^two\nlines](https://example.org)\n", "`[^a\nb]`\n", "```\n[^a\nb]\n```\n",
          "    [^a\n    b]\n", "\\[^a\nb]\n", "[^a b]\n", "[^a\n\nb]\n", "<p>[^a\nb]</p>\n", "[^a\n"}) {
        CAPTURE(text);
        CHECK(with_plain_brackets(text) == text);
    }
}

TEST_CASE("backticks behind an escaped one are a shorter run") {
    // The only run of its length: it begins no code.
    CHECK(with_plain_brackets("\\``` [^a\nb]\n") == "\\``` \\[^a\nb]\n");
    // Another of that length closes it.
    CHECK(with_plain_brackets("\\``` [^a\nb] ``\n") == "\\``` [^a\nb] ``\n");
    CHECK(markdown_to_html("\\``` [^a\nb] ``\n") == "<p>`<code>[^a b]</code></p>\n");
}

TEST_CASE("a backslash at the end of a line hides no line") {
    CHECK(markdown_to_html("[^one\\\ntwo three] x\n") == "<p>[^one<br />\ntwo three] x</p>\n");
}

TEST_CASE("a hundred thousand open marks cost no more than their length") {
    std::string many;
    for (int i = 0; i < 100'000; ++i) many += "[^a\n";
    CHECK(with_plain_brackets(many) == many);
    std::string ticks;
    for (int i = 1; i < 1000; ++i) ticks += std::string(static_cast<std::size_t>(i), '`') + " [^a\n";
    CHECK(with_plain_brackets(ticks) == ticks);
    // It closes the last.
    CHECK(with_plain_brackets(many + "]") == many.substr(0, many.size() - 4) + "\\[^a\n]");
}

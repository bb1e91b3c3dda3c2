#include "email/plain/text_part.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "email/clean/html_cleaner.hpp"

using namespace paperround;

namespace {
std::string text(const std::string& html) {
    const auto clean = email::clean_html(html, "https://example.org/post");
    REQUIRE(clean.has_value());
    return email::text_of(*clean);
}
}  // namespace

TEST_CASE("paragraphs are separated by blank lines") {
    CHECK(text("<p>a</p>\n<p>b</p>") == "a\n\nb\n");
}
TEST_CASE("white space is folded as on a page") {
    CHECK(text("<p> a \n\t b </p>") == "a b\n");
}
TEST_CASE("nothing gives nothing") {
    CHECK(text("<p> </p>").empty());
}
TEST_CASE("a paragraph is wrapped at 72 columns") {
    std::string words;
    for (int i = 0; i < 60; ++i) words += "word ";
    const std::string out = text("<p>" + words + "</p>");
    for (const auto line : split(out, '\n')) CHECK(display_width(line) <= 72);
    CHECK(split(out, '\n')[0].size() ==
          69);  // fourteen words of four and thirteen spaces; a fifteenth would make 74
}
TEST_CASE("headings are underlined by rank") {
    CHECK(text("<h1>One</h1><h2>Two</h2><h3>Three</h3><p>x</p>") ==
          "One\n===\n\nTwo\n---\n\nThree\n~~~~~\n\nx\n");
}
TEST_CASE("line breaks stay") {
    CHECK(text("<p>a<br>b</p>") == "a\nb\n");
}
TEST_CASE("lists have bullets and numbers") {
    CHECK(text("<ul><li>a</li><li>b</li></ul><ol start=9><li>c</li><li>d</li></ol>") ==
          "- a\n- b\n\n9. c\n10. d\n");
}
TEST_CASE("lists within lists are indented") {
    CHECK(text("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><p>d</p>") == "- a\n  - b\n- c\n\nd\n");
}
TEST_CASE("items that hold paragraphs follow each other without blank lines") {
    CHECK(text("<ul><li><p>a</p></li><li><p>b</p></li></ul><p>c</p>") == "- a\n- b\n\nc\n");
}
TEST_CASE("a long item is indented under its bullet") {
    std::string words;
    for (int i = 0; i < 20; ++i) words += "word ";
    const auto lines = text("<ul><li>" + words + "</li></ul>");
    CHECK(lines.find("\n  word") != std::string::npos);
}
TEST_CASE("quotations are marked, also within each other") {
    CHECK(text("<blockquote><p>a</p><p>b</p><blockquote>c</blockquote></blockquote><p>d</p>") ==
          "> a\n>\n> b\n>\n> > c\n\nd\n");
}
TEST_CASE("code is indented and not wrapped") {
    const std::string line(100, 'x');
    CHECK(text("<p>a</p><pre><code>if (x)\n    " + line + "\n</code></pre>") ==
          "a\n\n    if (x)\n        " + line + "\n");
}
TEST_CASE("links are numbered and listed at the end") {
    CHECK(text("<p>See <a href=https://a.org/>here</a> and <a href=/b>there</a>.</p>") ==
          "See here [1] and there [2].\n\n[1] https://a.org/\n[2] https://example.org/b\n");
}
TEST_CASE("one URL has one number") {
    CHECK(text("<p><a href=https://a.org/>x</a> <a href=https://a.org/>y</a></p>") ==
          "x [1] y [1]\n\n[1] https://a.org/\n");
}
TEST_CASE("a link that shows its URL needs no note") {
    CHECK(text("<p><a href=https://a.org/b>https://a.org/b</a> <a href=mailto:a@b.org>a@b.org</a></p>") ==
          "https://a.org/b a@b.org\n");
}
TEST_CASE("a long URL is not broken") {
    const std::string url = "https://a.org/" + std::string(200, 'x');
    CHECK(text("<p><a href=" + url + ">x</a></p>") == "x [1]\n\n[1] " + url + "\n");
}
TEST_CASE("images stand as their description") {
    CHECK(text("<p><img src=https://a.org/i.png alt='A cat'> sits</p>") == "[A cat] sits\n");
    CHECK(text("<p><img src=https://a.org/i.png> sits</p>") == "sits\n");
}
TEST_CASE("a picture and its caption are two lines") {
    CHECK(text("<figure><img src=https://a.org/i.png alt='A "
               "cat'><figcaption>Tom</figcaption></figure><p>x</p>") == "[A cat]\nTom\n\nx\n");
}
TEST_CASE("a table's columns are aligned, its heading underlined") {
    CHECK(text("<table><tr><th>a</th><th>b</th></tr><tr><td>10</td><td>2</td></tr></table>") ==
          "a   b\n--  -\n10  2\n");
    CHECK(text("<table><tr><td>\u65E5\u672C</td><td>2</td></tr><tr><td>abc</td><td>3</td></tr></table>") ==
          "\u65E5\u672C  2\nabc   3\n");
}
TEST_CASE("a table that is too wide is a list of its rows") {
    const std::string long_cell(40, 'x');
    CHECK(text("<table><tr><td>" + long_cell + "<td>" + long_cell + "<tr><td>a<td>b</table>") ==
          "- " + long_cell + " |\n  " + long_cell + "\n- a | b\n");
}
TEST_CASE("a table that is there for layout is read as paragraphs") {
    CHECK(text("<table><tr><td><p>a</p><td>b</table>") == "a\n\nb\n");
}
TEST_CASE("a list in a cell stands beside the rest of its row") {
    CHECK(
        text(
            "<table><tr><th>Day</th><th>Jobs</th></tr><tr><td>Monday</td><td><ul><li>paint</li><li>mend</li></ul>"
            "</td></tr><tr><td>Tuesday</td><td>rest</td></tr></table>") ==
        "Day      Jobs\n-------  -------\nMonday   - paint\n         - mend\nTuesday  rest\n");
    CHECK(
        text("<table><tr><td>A</td><td>Steps:<ol><li>one<ul><li>deep</ul><li>two</ol></td></tr><tr><td>B</td>"
             "<td>none</td></tr></table>") == "A  Steps:\n   1. one\n      - deep\n   2. two\nB  none\n");
    CHECK(
        text(
            "<table><tr><td>Soup</td><td><dl><dt>Flour</dt><dd>500 g</dd></dl></td></tr><tr><td>Said</td><td>"
            "<blockquote>well</blockquote></td></tr></table>") ==
        "Soup  Flour\n          500 g\nSaid  > well\n");
    CHECK(
        text(
            "<table><tr><th>n<th>w<tr><td>1<td><p>a</p><p>b</p><tr><td>2<td><ul><li><p>c</p><p>d</p></ul></table>") ==
        "n  w\n-  ---\n1  a\n   b\n2  - c\n     d\n");
}
TEST_CASE("a row that is too wide has its list below its words") {
    std::string words;
    for (int i = 0; i < 16; ++i) words += "word ";
    const std::string line = "word word word word word word word word word word word word word";
    CHECK(text("<table><tr><td>Pier<td>North<td><ul><li>wet<li>" + words +
               "</ul><td>closed<tr><td>Quay<td>South<td>dry<td>open</table>") ==
          "- Pier | North\n  - wet\n  - " + line +
              "\n    word word word\n  closed\n- Quay | South | dry | open\n");
}
TEST_CASE("a list beside something in a table of one row or with headings follows or comes before it") {
    CHECK(text("<table><tr><td><ul><li>a</ul><td>b</table>") == "- a\n\nb\n");
    CHECK(text("<table><tr><td><h4>A</h4><ul><li>a</ul><td>b<tr><td>c<td>d</table>") ==
          "A\n\n- a\n\nb\nc\nd\n");
}
TEST_CASE("a table's links are numbered, its cells take no part in what follows") {
    CHECK(text("<table><tr><td><a href=https://e.org/x>a</a><td>b</table><p>c</p>") ==
          "a [1]  b\n\nc\n\n[1] https://e.org/x\n");
}
TEST_CASE("the box around a table changes nothing") {
    const std::string table = "<table><tbody><tr><td>a</td></tr></tbody></table>";
    const std::string boxed = "<div class=\"table\">" + table + "</div>";
    for (const auto& [before, behind] :
         std::vector<std::pair<std::string, std::string>>{{"<p>x</p>", "<p>y</p>"},
                                                          {"<ul><li>x", "y</li><li>z</li></ul>"},
                                                          {"x", "y"},
                                                          {"<blockquote><p>x</p>", "</blockquote>z"},
                                                          {"<ul><li>", "</li></ul>"}}) {
        INFO(before);
        CHECK(email::text_of({before + boxed + behind}) == email::text_of({before + table + behind}));
    }
}
TEST_CASE("a rule is three stars") {
    CHECK(text("<p>a</p><hr><p>b</p>") == "a\n\n* * *\n\nb\n");
}
TEST_CASE("typographic characters stay") {
    CHECK(text("<p>\u201Cone\u2011two\u201D \u2014 <q>three</q>\u2026 \U0001F642</p>") ==
          "\u201Cone\u2011two\u201D \u2014 \u201Cthree\u201D\u2026 \U0001F642\n");
}
TEST_CASE("deep quotations do not squeeze the text to nothing") {
    std::string html;
    for (int i = 0; i < 60; ++i) html += "<blockquote>";
    // The margin takes 24 of 72 columns at most, and leaves 48.
    CHECK(text(html + "some words that stay together on a line of 48")
              .find("> some words that stay together on a line of 48\n") != std::string::npos);
}

TEST_CASE("headings of the fourth to sixth rank stand alone") {
    CHECK(text("<h4>a</h4><h6>b</h6><p>c</p>") == "a\n\nb\n\nc\n");
}
TEST_CASE("a heading's line is as wide as its characters, two columns each in Japanese") {
    CHECK(text("<h2>\u65E5\u672C</h2>") == "\u65E5\u672C\n----\n");
}
TEST_CASE("Japanese wraps between characters, and no line begins with closing punctuation") {
    std::string sentence;
    for (int i = 0; i < 40; ++i) sentence += "\u300C\u65E5\u672C\u300D\u3001\uFF08\u8A9E\uFF09\u3002\u6625";
    const std::string out = text("<p>" + sentence + "</p>");
    const auto lines = split(std::string_view(out).substr(0, out.size() - 1), '\n');
    CHECK(lines.size() == 12);  // 400 characters of two columns, at most 36 to a line
    for (const auto line : lines) {
        INFO(line);
        CHECK(display_width(line) <= 72);
        for (const char* closing : {"\u3001", "\u3002", "\u300D", "\uFF09"})
            CHECK_FALSE(line.starts_with(closing));
        for (const char* opening : {"\u300C", "\uFF08"}) CHECK_FALSE(line.ends_with(opening));
    }
    CHECK(replace_all(out, "\n", "") == sentence);
}

TEST_CASE("what is nested deeply stands no more than 24 columns in, and says all the same") {
    std::string html = "deep";
    for (int i = 0; i < 30; ++i) html = "<ul><li>" + html + "</li></ul>";
    const std::string part = text(html);
    CHECK(part.find("- deep") != std::string::npos);
    for (const std::string_view line : split(part, '\n'))
        CHECK(line.size() <= 24 + std::string("- deep").size());
}

TEST_CASE("a paragraph of ten thousand links is read once, not once for each link") {
    std::string html;
    std::string columns;
    for (int i = 0; i < 10'000; ++i) {
        html += "<a href=\"http://example.org/" + std::to_string(i) + "\">1</a> ";
        columns += "<td>1</td>";
    }
    CHECK(text("<p>" + html + "</p>").find("[10000] http://example.org/9999") != std::string::npos);
    CHECK(text("<table><tr>" + columns + "</tr><tr>" + columns + "</tr></table>").find("1 | 1") !=
          std::string::npos);
}

TEST_CASE("a text that grows beyond its limit is broken off right behind it") {
    std::string lines;
    for (int i = 0; i < 120'000; ++i) lines += "a<br>";
    std::string html = "<pre>" + lines + "</pre>";
    for (int i = 0; i < 20; ++i) html = "<blockquote>" + html + "</blockquote>";
    const std::string part = email::text_of({html});
    CHECK(part.size() > email::text_limit);
    CHECK(part.size() < email::text_limit + 200);
}

TEST_CASE("powers, indices and struck words keep their meaning") {
    CHECK(text("<p>There are 10<sup>21</sup> grains, H<sub>2</sub>O and the 16<sup>th</sup>.</p>") ==
          "There are 10²¹ grains, H₂O and the 16th.\n");
    CHECK(
        text("<p>For <s>100</s> <del>90</del> <span style='text-decoration:line-through'>85</span> 80</p>") ==
        "For ~~100~~ ~~90~~ ~~85~~ 80\n");
}
TEST_CASE("a check box and what stands in a block behind it are one item") {
    CHECK(text("<ul><li><input type=checkbox checked disabled> a</li><li><label><input "
               "type=checkbox><span></span></label>"
               "<div><p>b</p></div></li></ul>") == "- ☑ a\n- ☐ b\n");
}
TEST_CASE("a list's numbers are those of the page") {
    CHECK(text("<ol start=0><li>a</ol><ol type=a><li>b<li>c</ol><ol reversed><li>d<li>e</ol><ol type=I "
               "start=4><li>f</ol>"
               "<ol><li value=7>g<li>h</ol>") == "0. a\n\na. b\nb. c\n\n2. d\n1. e\n\nIV. f\n\n7. g\n8. h\n");
}
TEST_CASE("a table's columns keep their alignment") {
    CHECK(text("<table><tr><th>Fish</th><th align=right>t</th></tr><tr><td>Cod</td><td "
               "align=right>3</td></tr><tr><td>Eel"
               "</td><td style='text-align: right'>120</td></tr></table>") ==
          "Fish    t\n----  ---\nCod     3\nEel   120\n");
    CHECK(text("<table><tr><td align=center>a</td></tr><tr><td>abcde</td></tr></table>") == "  a\nabcde\n");
}
TEST_CASE("a cell that takes several columns or rows leaves the others in theirs") {
    CHECK(text("<table><tr><th colspan=2>Catch</th><th>t</th></tr><tr><td "
               "rowspan=2>Cod</td><td>May</td><td>3</td></tr>"
               "<tr><td>June</td><td>4</td></tr></table>") ==
          "Catch      t\n---  ----  -\nCod  May   3\n     June  4\n");
}
TEST_CASE("a table whose cells are paragraphs is a table") {
    CHECK(text("<table><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td><p>cc</p></td><td><p>d</p></td></"
               "tr></table>") == "a   b\ncc  d\n");
}
TEST_CASE("quotations keep their depth around lists and code") {
    CHECK(text("<blockquote><p>a</p><blockquote><ul><li>b<ul><li>c</ul></ul><pre>d</pre></blockquote></"
               "blockquote>") == "> a\n>\n> > - b\n> >   - c\n> >\n> >     d\n");
}
TEST_CASE("a picture's link stands in the text, though the picture has no description") {
    CHECK(text("<a href=https://e.org/film><img src=https://e.org/f.jpg></a>") == "https://e.org/film\n");
    CHECK(text("<a href=https://e.org/film><img src=https://e.org/f.jpg alt=Film></a>") ==
          "[Film] [1]\n\n[1] https://e.org/film\n");
}
TEST_CASE("a table of spans without end is laid out within bounds") {
    std::string html = "<table>";
    for (int i = 0; i < 10'000; ++i) html += "<tr><td colspan=9999 rowspan=9999>a<td>b";
    CHECK(text(html + "</table>").size() < (4U << 20U));
}
TEST_CASE("a list whose style says how it is numbered is numbered so") {
    CHECK(text("<ol start=3 style='list-style-type: upper-roman'><li>a</ol>") == "III. a\n");
}
TEST_CASE("blank lines of a page's making are one in the text") {
    CHECK(text("<p>a</p><p>&nbsp;</p><p>&nbsp; &nbsp;</p><p><br></p><p>b</p>") == "a\n\nb\n");
    CHECK(text("<p>a<br><br><br><br>b</p>") == "a\n\nb\n");
    CHECK(text("<div>a</div>&nbsp;<div>b</div>") == "a\nb\n");
    CHECK(text("<p>a&nbsp;<br>b</p>") == "a\u00a0\nb\n");
}
TEST_CASE("readings above words stand behind them in brackets") {
    CHECK(text("<ruby>東京<rt>とうきょう</rt></ruby>へ") == "東京(とうきょう)へ\n");
    CHECK(text("<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp></ruby>") == "東(とう)\n");
}
TEST_CASE("what marks where a word may be divided is not in the text") {
    CHECK(text("<p>Donau&shy;dampf&shy;schiff</p>") == "Donaudampfschiff\n");
    CHECK(text("<pre>a&shy;b</pre>") == "    a\u00adb\n");
}
TEST_CASE("a quotation in a quotation has single marks") {
    CHECK(text("<p><q>good <q>inner</q> day</q></p>") == "\u201cgood \u2018inner\u2019 day\u201d\n");
}
TEST_CASE("lines that a page keeps by its style are lines of the text") {
    CHECK(text("<p style='white-space:pre-line'>one\ntwo</p><p>a\nb</p>") == "one\ntwo\n\na b\n");
    CHECK(text("<div style='white-space: pre-wrap'>one\n<b>two\nthree</b></div>") == "one\ntwo\nthree\n");
}
TEST_CASE("the address of a picture stands apart from what is before it") {
    CHECK(text("<p><img src=/a.png alt=a><a href=/l><img src=/b.png></a></p>") ==
          "[a] https://example.org/l\n");
}

#include "markdown/markdown.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <string>

using paperround::markdown::markdown_to_html;

namespace {
bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("Markdown's footnotes become notes") {
    const std::string html =
        markdown_to_html("The tide[^1] was out[^fn].\n\n[^1]: Twice *a day*.\n[^fn]: Far.\n");
    CHECK_FALSE(contains(html, "[^"));
    CHECK(contains(html, "tide<sup class=\"footnote-ref\">"));
    CHECK(contains(html, "Twice <em>a day</em>."));
    CHECK(contains(html, "Far."));
}
TEST_CASE("what looks like a footnote and has no note stays as it is") {
    CHECK(markdown_to_html("a[^1] b") == "<p>a[^1] b</p>\n");
    CHECK(contains(markdown_to_html("`[^1]`\n\n[^1]: x"), "<code>[^1]</code>"));
}
TEST_CASE("a single tilde strikes nothing out") {
    CHECK(markdown_to_html("H~2~O") == "<p>H~2~O</p>\n");
    CHECK(markdown_to_html("~~gone~~") == "<p><del>gone</del></p>\n");
}
TEST_CASE("footnotes without number take no more time than other text") {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += "a[^" + std::to_string(i) + "]\n\n[^" + std::to_string(i) + "]: b\n\n";
    std::string same;
    for (int i = 0; i < 100'000; ++i) same += "[^1]";
    const std::clock_t begin = std::clock();
    CHECK_FALSE(markdown_to_html(text).empty());
    CHECK_FALSE(markdown_to_html(same + "\n\n[^1]: x").empty());
    CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 10);  // processor time: a quadratic reader takes minutes
}

TEST_CASE("tables, strikethrough, task lists and bare links are understood") {
    CHECK(markdown_to_html("~~no~~") == "<p><del>no</del></p>\n");
    CHECK(markdown_to_html("|a|\n|-|\n|b|").find("<table>") == 0);
    CHECK(markdown_to_html("- [x] done").find("checkbox") != std::string::npos);
    CHECK(markdown_to_html("https://example.org").find("<a href=\"https://example.org\">") !=
          std::string::npos);
    CHECK(markdown_to_html("<b>raw</b>") == "<p><b>raw</b></p>\n");
}

TEST_CASE("mail addresses are links, unless a text is made of little else than their signs") {
    std::string addresses;
    for (int i = 0; i < 20'000; ++i) addresses += "ann@example.org, ";
    CHECK(markdown_to_html(addresses).find("<a href=\"mailto:ann@example.org\">") != std::string::npos);
    std::string signs;
    for (int i = 0; i < 4'000; ++i) signs += "a@";
    CHECK(markdown_to_html(signs + " ann@example.org").find("mailto:") == std::string::npos);
}

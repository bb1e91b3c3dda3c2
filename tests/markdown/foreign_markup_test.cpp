#include "markdown/foreign_markup.hpp"

#include <catch2/catch.hpp>

using paperround::markdown::without_foreign_markup;

namespace {
std::string own(std::string_view text) {
    return without_foreign_markup(text).text;
}
}  // namespace

TEST_CASE("links between notes become their words, pictures stay pictures") {
    CHECK(own("See [[Harbour day|the day]], [[Boats]] and [[Boats#Sails]].") ==
          "See the day, Boats and Boats Sails.");
    CHECK(own("![[boat.png]] ![[a boat.jpg|A boat]] ![[Note]]") ==
          "![](<boat.png>) ![A boat](<a boat.jpg>) Note");
    CHECK(own("![[a & b.png|300x200]]") == "<img src=\"a &amp; b.png\" alt=\"\" width=\"300\">");
    CHECK(own("[a](b) [[a]](b) [[]] [[open") == "[a](b) a(b) [[]] [[open");
}

TEST_CASE("pictures between notes have a caption, a width, or both") {
    CHECK(own("![[boat.png|A boat|300]]") == "<img src=\"boat.png\" alt=\"A boat\" width=\"300\">");
    CHECK(own("![[boat.png#center|A boat]]") == "![A boat](<boat.png>)");
}

TEST_CASE("names of blocks and lists of attributes are seen by nobody") {
    CHECK(own("A day. ^abc123\n\n[[note#^abc123]] [[#Head]]") == "A day. \n\nnote Head");
    CHECK(own("2 ^10\nx^2 a ^b c") == "2 ^10\nx^2 a ^b c");
    CHECK(own("# Head {#head .wide}\n") == "# Head \n");
    CHECK(own("[a](b){:target=\"_blank\"} ![c](d){width=50% .x}\n{: .notice}\n") == "[a](b) ![c](d)\n\n");
    CHECK(own("a set {x, y} and {#1} of {b=c}") == "a set {x, y} and {#1} of {b=c}");
}

TEST_CASE("the sign of a callout becomes its title") {
    CHECK(own("> [!note] Mind [[the tide]]\n> It is high.") == "> **Mind the tide**  \n> It is high.");
    CHECK(own("> [!WARNING]\n> It is high.") == "> **Warning**  \n> It is high.");
    CHECK(own("> [!note]- Folded\n> a") == "> **Folded**  \n> a");
    CHECK(own("[!note] a\n> [!not e]") == "[!note] a\n> [!not e]");
}

TEST_CASE("private notes behind code that only looks open go") {
    CHECK(own("```a``` b\n%%no%%[[c|d]]") == "```a``` b\nd");
    CHECK(own("```\n```js\n[[c]]\n```\n%%no%%d") == "```\n```js\n[[c]]\n```\nd");
    CHECK(own("a\n\n    if [[ -f x ]]; then\n") == "a\n\n    if [[ -f x ]]; then\n");
    CHECK(own("Word^[See [[the note|it]] there.]").find("See it there.") != std::string::npos);
}

TEST_CASE("a hundred thousand signs that begin nothing are not slow") {
    for (const std::string sign : {"{", "{#a}", "{: ", "^", "> [!", "{# ", "<%", ":::"}) {
        std::string text;
        while (text.size() < 100'000) text += sign;
        CHECK(own(text).size() <= text.size());
    }
}

TEST_CASE("private notes go, and their lines stay") {
    CHECK(own("a%%no%%b") == "ab");
    CHECK(own("a\n%%\nno\n%%\nb") == "a\n\n\n\nb");
    CHECK(own("100%% of it") == "100%% of it");
}

TEST_CASE("what only Jekyll or Hugo understands is named with its line, and code is left alone") {
    const auto read = without_foreign_markup(
        "a\n{{< youtube x >}}\n`{{ code }}` ``a ` {{ b``\n```\n{% raw %}\n```\n{% if %}");
    REQUIRE(read.foreign.size() == 2);
    CHECK(read.foreign[0].line == 2);
    CHECK(read.foreign[0].text == "{{< youtube x >}}");
    CHECK(read.foreign[1].line == 7);
    CHECK(without_foreign_markup("{{ open").foreign.empty());
    CHECK(without_foreign_markup("Now <% tp.date.now() %>.\n\n:::tip Mind\n:::\n").foreign.size() == 2);
}

TEST_CASE("code of every length that never closes is not slow") {
    std::string ticks;
    for (int i = 1; i < 1000; ++i) ticks += std::string(static_cast<std::size_t>(i), '`') + "a";
    CHECK(own(ticks) == ticks);
}

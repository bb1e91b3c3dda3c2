#include "markdown/markdown_bounds.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "markdown/markdown_post.hpp"

using namespace paperround::markdown;

namespace {
std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}
std::string verdict(const std::string& text) {
    const auto refusal = refusal_of_markdown(text);
    return refusal ? std::to_string(refusal->line) + ": " + refusal->message : "fine";
}
std::string table(int columns, int rows) {
    return repeated("|a", columns) + "|\n" + repeated("|-", columns) + "|\n" + repeated("|a|\n", rows);
}
}  // namespace

TEST_CASE("a table that cmark would fill up is refused with its line") {
    CHECK(verdict(table(99, 1900)) == "fine");
    CHECK(verdict(table(99, 2100)) == "2022: its tables have more than 200000 cells");
    CHECK(verdict("> - " + table(500, 1) + repeated("> |a|\n", 500)) ==
          "402: its tables have more than 200000 cells");
    CHECK(verdict(table(99, 1500) + "\n" + table(99, 1500)) != "fine");
}

TEST_CASE("a row of more cells than any page has is refused, wherever in a table it stands") {
    const std::string refused = "its tables have more columns than any page";
    CHECK(verdict(repeated("|a", 30000) + "\n|-|") == "2: " + refused);
    CHECK(verdict(repeated("|a", 30000) + "\n:-") == "2: " + refused);
    CHECK(verdict("|a|\n" + repeated("|-", 30000)) == "2: " + refused);
    CHECK(verdict("|a|b|\n|-|-|\n" + repeated("|a", 30000)) == "3: " + refused);
    CHECK(verdict("|a|b|\n|-|-|\n" + repeated("| - | - |\n", 3000)) == "fine");
    CHECK(verdict(table(300, 600)) == "fine");
    CHECK(verdict(repeated("|a", 300000)) == "fine");
}

TEST_CASE("a paragraph that begins to be a table again and again is refused") {
    CHECK(verdict("x\n" + repeated("-|-\n-|-|-\n", 20000)).find("more columns") != std::string::npos);
    CHECK(verdict("x\n" + repeated("-|-\n-|-|-\n", 2000)) == "fine");
}

TEST_CASE("long texts without tables are no tables") {
    CHECK(verdict(repeated("a line | with a bar\n", 40000)) == "fine");
    CHECK(verdict("---\n" + repeated("a line\n", 100000)) == "fine");
}

TEST_CASE("quotations and lists in one another are bounded, a line of dashes is neither") {
    CHECK(verdict(repeated(">", 100) + " a") == "fine");
    CHECK(verdict("a\n\n" + repeated("> ", 101) + "a") ==
          "3: quotations and lists are nested deeper than 100");
    CHECK(verdict(repeated("- ", 101) + "a") == "1: quotations and lists are nested deeper than 100");
    CHECK(verdict(repeated("1. ", 101) + "a") == "1: quotations and lists are nested deeper than 100");
    CHECK(verdict(repeated("- ", 300)) == "fine");
}

TEST_CASE("a paragraph that is nothing but marks is refused, a long text with marks is not") {
    CHECK(verdict(repeated("*a **a ", 100000)) != "fine");
    CHECK(verdict(repeated("Some *words* with `code` and [a link](https://example.org/).\n\n", 15000)) ==
          "fine");
}

TEST_CASE("a post that is refused says at which line, and the line is the file's") {
    const auto read = read_markdown_post("big.md", "---\ntitle: Big\n---\n\n" + table(500, 12000));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().to_line() == "big.md:406: its tables have more than 200000 cells: left out");
}

#include "email/css/cell_colour.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;

TEST_CASE("a cell keeps the background that its attribute gives, with a colour that can be read on it") {
    const std::string html = clean(
        "<table><tr><td bgcolor='#0b2545'>deep</td><td bgcolor=bcd4f0>pale</td><td "
        "bgcolor=white>w</td></tr></table>");
    CHECK(html.find("<td class=\"tinted\" style=\"background-color:#0b2545;color:#ffffff\">deep") !=
          std::string::npos);
    CHECK(html.find("<td class=\"tinted\" style=\"background-color:#bcd4f0;color:#1d1b18\">pale") !=
          std::string::npos);
    CHECK(html.find("<td>w</td>") != std::string::npos);
}
TEST_CASE("a style wins over the attribute, and what is no colour is none") {
    CHECK(clean("<table><tr><td bgcolor=red style='background:#ffe08a'>a</td></tr></table>").find(":red") ==
          std::string::npos);
    CHECK(clean("<table><tr><td bgcolor='chucknorris;x'>a</td></tr></table>").find("background") ==
          std::string::npos);
    CHECK(clean("<p bgcolor=red>a</p>") == "<p>a</p>");
}
TEST_CASE("a table says that it has coloured cells") {
    CHECK(clean("<table><tr bgcolor=#ddd><td>a</td></tr></table>")
              .starts_with("<div class=\"table coloured\">"));
    CHECK(clean("<table><tr><td style='background:#ddd'>a</td></tr></table>")
              .starts_with("<div class=\"table coloured\">"));
    CHECK(clean("<table><tr><td>a</td></tr></table>").starts_with("<div class=\"table\">"));
}

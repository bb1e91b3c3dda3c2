#include "base/text/script_text.hpp"

#include <catch2/catch.hpp>

using paperround::Script;
using paperround::script_text;

TEST_CASE("a power stays one") {
    CHECK(script_text(Script::super, "21", "10") == "²¹");
    CHECK(script_text(Script::super, "-3", "10") == "⁻³");
    CHECK(script_text(Script::super, "kt", "e") == "^(kt)");
    CHECK(script_text(Script::super, "x", "2") == "^x");
    CHECK(script_text(Script::super, "n+1", "x") == "\u207F\u207A\u00B9");
    CHECK(script_text(Script::super, "(a+b)", "x") == "^(a+b)");
    CHECK(script_text(Script::super, "1/2", "x") == "^(1/2)");
}
TEST_CASE("endings of numbers and words, and marks of trade, stand as they are") {
    CHECK(script_text(Script::super, "th", "16") == "th");
    CHECK(script_text(Script::super, "er", "1") == "er");
    CHECK(script_text(Script::super, "e", "XIX 19") == "e");
    CHECK(script_text(Script::super, "me", "M") == "me");
    CHECK(script_text(Script::super, "TM", "Fish") == "™");
    CHECK(script_text(Script::super, "®", "Fish") == "®");
}
TEST_CASE("a note's number has no brackets") {
    CHECK(script_text(Script::super, "[12]", "tide") == "¹²");
    CHECK(script_text(Script::super, "1, 2", "tide,") == "¹, ²");
    CHECK(script_text(Script::super, "*", "tide") == "*");
}
TEST_CASE("an index is one") {
    CHECK(script_text(Script::sub, "2", "H") == "₂");
    CHECK(script_text(Script::sub, "max", "v") == "_(max)");
    CHECK(script_text(Script::sub, "i", "x") == "_i");
}
TEST_CASE("small print that belongs to nothing is only small") {
    CHECK(script_text(Script::sub, "Photo: Ann", "") == "Photo: Ann");
    CHECK(script_text(Script::super, "a whole sentence of small print, as footers have it", "x") ==
          "a whole sentence of small print, as footers have it");
}

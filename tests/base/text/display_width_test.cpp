#include "base/text/display_width.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "base/utf8.hpp"
#include "support/places.hpp"
#include "support/process.hpp"

using namespace paperround;

TEST_CASE("display width counts terminal columns") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("") == 0);
}
TEST_CASE("East Asian characters take two columns, half-width ones one") {
    CHECK(display_width("日本") == 4);
    CHECK(display_width("、。「」") == 8);
    CHECK(display_width("ＡＢ") == 4);
    CHECK(display_width("ｱｲ") == 2);
    CHECK(display_width("한국") == 4);
}
TEST_CASE("what stands on another character takes no column") {
    CHECK(display_width("e\u0301") == 1);
    CHECK(display_width("\u05E9\u05B8\u05DC") == 2);  // a Hebrew letter with its point, a letter
    CHECK(display_width("\u200Fa\u2066b\u2069") == 2);
    CHECK(display_width("\u1112\u1161\u11AB") == 2);  // a Hangul syllable of three letters
}
TEST_CASE("an emoji takes two columns, with its variation, skin tone and family") {
    CHECK(display_width("\U0001F600") == 2);
    CHECK(display_width("\u231A\uFE0F") == 2);
    CHECK(display_width("\U0001F44D\U0001F3FD") == 2);
    CHECK(display_width("\U0001F469\u200D\U0001F469\u200D\U0001F467") == 2);
    CHECK(display_width("\U0001F1E9\U0001F1EA") == 2);  // a flag, of two letters
}
TEST_CASE("every assigned character has the width that Python's Unicode tables give it") {
    const auto done =
        test::run({test::python, test::source_folder() + "/tests/support/verify/display_width.py"}, "");
    INFO(done.errors);
    REQUIRE(done.status == 0);
    std::string numbers = done.output;
    for (char& c : numbers) {
        if (c == '[' || c == ']' || c == ',') c = ' ';
    }
    std::istringstream in(numbers);
    std::size_t characters = 0;
    std::size_t wrong = 0;
    char32_t first_wrong = 0;
    for (unsigned long first = 0, last = 0, columns = 0; in >> first >> last >> columns;) {
        for (auto c = static_cast<char32_t>(first); c <= last; ++c, ++characters) {
            std::string text;
            append_utf8(text, c);
            if (display_width(text) == columns) continue;
            if (wrong++ == 0) first_wrong = c;
        }
    }
    INFO("first: U+" << std::hex << static_cast<unsigned long>(first_wrong));
    CHECK(wrong == 0);
    CHECK(characters > 140'000);
}

#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("trim takes ASCII white space from both ends only") {
    CHECK(trim(" \t\r\n\f\va b \n") == "a b");
    CHECK(trim("   ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\xc2\xa0x") == "\xc2\xa0x");  // a no-break space is not ASCII
}

TEST_CASE("lower case and comparison touch ASCII letters only") {
    CHECK(ascii_lower("ÀBC-Z09") == "Àbc-z09");
    CHECK(ascii_iequals("Content-TYPE", "content-type"));
    CHECK_FALSE(ascii_iequals("a", "ab"));
    CHECK(ascii_istarts_with("STARTTLS x", "starttls"));
    CHECK_FALSE(ascii_istarts_with("START", "starttls"));
}

TEST_CASE("split keeps empty parts") {
    CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
}

TEST_CASE("runs of white space become one space") {
    CHECK(collapse_spaces("  The\r\n\t Tuesday   letter ") == "The Tuesday letter");
    CHECK(collapse_spaces(" \n ").empty());
}

TEST_CASE("every occurrence is replaced, once") {
    CHECK(replace_all("aaa", "a", "aa") == "aaaaaa");
    CHECK(replace_all("abcabc", "bc", "") == "aa");
    CHECK(replace_all("abc", "", "x") == "abc");
}

TEST_CASE("control characters are found and removed, UTF-8 stays") {
    CHECK(has_control_characters(std::string_view("a\0b", 3)));
    CHECK(has_control_characters("a\r\nBcc: x"));
    CHECK(has_control_characters("\x7f"));
    CHECK_FALSE(has_control_characters("h\xc3\xa9llo \xf0\x9f\x98\x80"));
    CHECK(without_control_characters("a\r\n\tb\x7f") == "ab");
}

TEST_CASE("C1 controls and line separators are control characters, as UTF-8 and as single octets") {
    for (const std::string control :
         {"\xc2\x80", "\xc2\x85", "\xc2\x9b", "\xc2\x9f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\x9b", "\x80"}) {
        CAPTURE(control);
        CHECK(has_control_characters("a" + control + "31m"));
        CHECK(without_control_characters("a" + control + "31m") == "a31m");
    }
    CHECK_FALSE(has_control_characters("\xc2\xa0\xc3\x9f\xe2\x80\xa6"));  // no-break space, sharp s, ellipsis
}

TEST_CASE("what is left when a control is taken out makes no new one") {
    CHECK_FALSE(
        has_control_characters(without_control_characters("\xc2\x01\x9b"
                                                          "31m")));
    CHECK_FALSE(has_control_characters(without_control_characters("\xe2\x01\x80\xa8")));
    CHECK_FALSE(has_control_characters(without_control_characters("\xe2\x80\x01\xa8")));
    CHECK_FALSE(has_control_characters(without_control_characters("\xc2\xc2\x9b\x9b")));
}

TEST_CASE("HTML is escaped for text and for quoted attributes") {
    CHECK(escape_html(R"(<a href="x" title='y'>&</a>)") ==
          "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
}

TEST_CASE("thousands are set apart") {
    CHECK(with_thousands(0) == "0");
    CHECK(with_thousands(999) == "999");
    CHECK(with_thousands(1'240) == "1 240");
    CHECK(with_thousands(1'000'000) == "1 000 000");
    CHECK(with_thousands(18'446'744'073'709'551'615ULL) == "18 446 744 073 709 551 615");
}

TEST_CASE("the nearest known word is the likely misspelling") {
    const std::vector<std::string> known{"schedule", "sources", "relay", "title", "url", "template"};
    CHECK(nearest("shedule", known) == "schedule");
    CHECK(nearest("Title", known) == "title");
    CHECK(nearest("ulr", known) == "url");
    CHECK(nearest("raely", known) == "relay");
    CHECK(nearest("source", known) == "sources");
}

TEST_CASE("a word that resembles nothing has no nearest") {
    const std::vector<std::string> known{"to", "url", "title"};
    CHECK(nearest("xx", known).empty());
    CHECK(nearest("completely", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(100'000, 'x'), known).empty());
}

#include "base/text/terminal_text.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("controls of both sets do not reach a terminal, and line breaks become spaces") {
    CHECK(terminal_text("a\x1b[31mb\x7f") == "a[31mb");
    CHECK(terminal_text("a\xc2\x9b"
                        "31mb") == "a31mb");
    CHECK(terminal_text("one\ntwo\tthree\xe2\x80\xa8"
                        "four\xc2\x85"
                        "five") == "one two three four five");
}

TEST_CASE("an octet that is no UTF-8 is shown as such") {
    CHECK(terminal_text("a\x9b"
                        "31m") ==
          "a\xef\xbf\xbd"
          "31m");
}

TEST_CASE("what would reorder the rest of a line is taken out, and marks stay") {
    CHECK(terminal_text("550 \xe2\x80\xae"
                        "resu on\xe2\x80\xac") == "550 resu on");
    CHECK(terminal_text("\xe2\x81\xa6x\xe2\x81\xa9") == "x");
    CHECK(terminal_text("\xd7\x90\xe2\x80\x8f!") == "\xd7\x90\xe2\x80\x8f!");  // a right-to-left mark
}

TEST_CASE("letters of every script stay") {
    const std::string text = "Grüße, 世界 \xf0\x9f\x98\x80 \xc2\xa0";
    CHECK(terminal_text(text) == text);
    CHECK(terminal_text("").empty());
}

TEST_CASE("in JSON the same characters are escaped and nothing is lost") {
    CHECK(terminal_json("{\"t\":\"a\xc2\x9b"
                        "31m\xe2\x80\xae\x7f\"}") == "{\"t\":\"a\\u009b31m\\u202e\\u007f\"}");
    CHECK(terminal_json("{\"t\":\"Grüße\"}") == "{\"t\":\"Grüße\"}");
}

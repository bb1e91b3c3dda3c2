#include "email/mime/dkim_canonical.hpp"

#include <catch2/catch.hpp>

using namespace paperround::email;

namespace {

std::string field(std::string_view text) {
    std::string out;
    append_relaxed_field(out, text);
    return out;
}

}  // namespace

// RFC 6376 §3.4.5 gives these two.
TEST_CASE("fields of the standard's example take their relaxed form") {
    CHECK(field("A: X\r\n") == "a:X\r\n");
    CHECK(field("B : Y\t\r\n\tZ  \r\n") == "b:Y Z\r\n");
}
TEST_CASE("the body of the standard's example takes its relaxed form") {
    CHECK(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n") == " C\r\nD E\r\n");
}

TEST_CASE("a field's name is lowercase, its value keeps its case and octets past 127") {
    CHECK(field("SuBJect:Caf\xc3\xa9 AU Lait") == "subject:Caf\xc3\xa9 AU Lait\r\n");
}
TEST_CASE("a field that is empty, or white space alone, has an empty value") {
    CHECK(field("X:\r\n") == "x:\r\n");
    CHECK(field("X: \t\r\n  \r\n") == "x:\r\n");
}
TEST_CASE("a colon in a value is no end of the name") {
    CHECK(field("X: a : b") == "x:a : b\r\n");
}

TEST_CASE("a body of empty lines alone is nothing") {
    CHECK(relaxed_body("").empty());
    CHECK(relaxed_body("\r\n\r\n").empty());
    CHECK(relaxed_body(" \t\r\n \r\n").empty());
}
TEST_CASE("empty lines in the middle of a body stay") {
    CHECK(relaxed_body("\r\na\r\n \r\nb\r\n\t\r\n") == "\r\na\r\n\r\nb\r\n");
}
TEST_CASE("white space at a line's start becomes one space, at its end none") {
    CHECK(relaxed_body("\t a\t\tb \t\r\n") == " a b\r\n");
}
TEST_CASE("a body whose last line lacks its end gets one") {
    CHECK(relaxed_body("a\r\nb") == "a\r\nb\r\n");
}

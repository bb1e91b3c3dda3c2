#include "smtp/content.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using smtp::check_address;
using smtp::has_utf8_header;
using smtp::wire_content;

TEST_CASE("a dot at the start of any line is doubled, and the final dot follows") {
    CHECK(wire_content("a\r\n.b\r\n..\r\n.\r\nc.\r\n").value() == "a\r\n..b\r\n...\r\n..\r\nc.\r\n.\r\n");
    CHECK(wire_content(".\r\n").value() == "..\r\n.\r\n");
}

TEST_CASE("a last line without its end gets one") {
    CHECK(wire_content("a\r\nb").value() == "a\r\nb\r\n.\r\n");
}

TEST_CASE("an empty message is a lone dot") {
    CHECK(wire_content("").value() == ".\r\n");
}

TEST_CASE("lines may have 998 octets and no more") {
    CHECK(wire_content(std::string(998, 'x') + "\r\n").has_value());
    CHECK(wire_content("ok\r\n" + std::string(999, 'x') + "\r\n").error().reason ==
          "line 2 of the message is longer than 998 octets");
}

TEST_CASE("line ends other than CR LF are refused") {
    CHECK(wire_content("a\nb\r\n").error().reason == "line 1 of the message ends in LF without CR");
    CHECK(wire_content("a\rb\r\n").error().reason == "line 1 of the message contains a CR that ends no line");
    CHECK(wire_content("a\r\r\n").error().reason == "line 1 of the message contains a CR that ends no line");
    CHECK(wire_content("a\r").error().reason == "line 1 of the message contains a CR that ends no line");
    CHECK_FALSE(wire_content("a\r\n.\nMAIL FROM:<x@y>\r\n").has_value());
}

TEST_CASE("NUL is refused and so are 8-bit octets in the body") {
    CHECK(wire_content(std::string("a\0b\r\n", 5)).error().reason == "line 1 of the message contains a NUL");
    CHECK(wire_content("To: x\r\n\r\ncaf\xc3\xa9\r\n").error().reason ==
          "line 3 of the message is not 7-bit text");
}

TEST_CASE("the header may hold UTF-8 and nothing else past 127") {
    const std::string message = "To: <j\xc3\xb6rg@example.net>\r\n\r\nhello\r\n";
    CHECK(wire_content(message).value() == message + ".\r\n");
    CHECK(wire_content("To: <j\xf6rg@example.net>\r\n").error().reason ==
          "line 1 of the message is not UTF-8");
}

TEST_CASE("a message needs SMTPUTF8 for its header and not for its body") {
    CHECK(has_utf8_header("To: <j\xc3\xb6rg@example.net>\r\n\r\nhello\r\n"));
    CHECK_FALSE(has_utf8_header("To: <a@example.net>\r\n\r\nh\xc3\xa9\r\n"));
    CHECK_FALSE(has_utf8_header(""));
}

TEST_CASE("addresses that could end a command are refused") {
    CHECK(check_address("ann@example.org").has_value());
    CHECK(check_address("j\xc3\xb6rg@example.org").has_value());
    CHECK_FALSE(check_address("").has_value());
    CHECK_FALSE(check_address("a@b\r\nRCPT TO:<c@d>").has_value());
    CHECK_FALSE(check_address("a@b\n").has_value());
    CHECK_FALSE(check_address(std::string("a\0@b", 4)).has_value());
    CHECK_FALSE(check_address("a b@c").has_value());
    CHECK_FALSE(check_address("a@b>").has_value());
    CHECK_FALSE(check_address("<a@b").has_value());
    CHECK_FALSE(check_address("\xff@b").has_value());
    CHECK_FALSE(check_address(std::string(321, 'a')).has_value());
}

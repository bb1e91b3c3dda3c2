#include "email/mime/base64_body.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace paperround;

TEST_CASE("a base64 body has lines of 76 octets and ends with CRLF") {
    std::string out;
    email::append_base64_body(out, std::string(58, 'a'));
    // 57 octets are 19 groups "YWFh"; the one left is "YQ==".
    std::string line;
    for (int i = 0; i < 19; ++i) line += "YWFh";
    CHECK(out == line + "\r\nYQ==\r\n");
    CHECK(out.size() == email::base64_body_size(58));
}

TEST_CASE("base64 pads two octets with one sign") {
    std::string out;
    email::append_base64_body(out, "ab");
    CHECK(out == "YWI=\r\n");
}

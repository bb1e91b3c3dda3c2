#include "email/mime/quoted_printable.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"

using namespace paperround;
using email::quoted_printable;

TEST_CASE("quoted-printable leaves plain lines and makes their ends CRLF") {
    CHECK(quoted_printable("one\ntwo\n") == "one\r\ntwo\r\n");
}

TEST_CASE("quoted-printable escapes the equals sign and octets past 126") {
    CHECK(quoted_printable("a=b \u00e9") == "a=3Db =C3=A9");
}

TEST_CASE("white space at the end of a line is escaped") {
    CHECK(quoted_printable("a \nb\t\nc d") == "a=20\r\nb=09\r\nc d");
}

TEST_CASE("a line that begins with a dot does not begin with one on the wire") {
    CHECK(quoted_printable(".\n..x\na.b") == "=2E\r\n=2E.x\r\na.b");
}

TEST_CASE("a line that begins with From and a space does not on the wire") {
    CHECK(quoted_printable("From here\nFromage") == "=46rom here\r\nFromage");
}

TEST_CASE("a dot that a soft line break would bring to the front is escaped") {
    CHECK(quoted_printable(std::string(75, 'a') + ".b") == std::string(75, 'a') + "=\r\n=2Eb");
}

TEST_CASE("a line of 2 000 octets becomes lines of at most 76") {
    const std::string encoded = quoted_printable(std::string(2000, 'a'));
    for (const auto line : split(encoded, '\n')) CHECK(line.size() <= 77);
    CHECK(replace_all(encoded, "=\r\n", "") == std::string(2000, 'a'));
}

TEST_CASE("a soft line break never splits a character") {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "🙂";
    const std::string encoded = quoted_printable(text);
    for (auto line : split(encoded, '\n')) {
        line = trim(line);
        if (line.ends_with('=')) line.remove_suffix(1);
        CHECK(line.size() % 12 == 0);  // =F0=9F=99=82
    }
}

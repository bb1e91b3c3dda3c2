#include <catch2/catch.hpp>

#include "base/text.hpp"
#include "email/mime/base64_body.hpp"
#include "email/mime/encoded_body.hpp"
#include "email/mime/quoted_printable.hpp"

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

namespace {
email::MergeText text_with_name(const std::string& before, const std::string& after) {
    email::MergeField name;
    return {before + email::mark_of(0) + after, {name}};
}
std::string encoded(const email::MergeText& text, const std::string& name) {
    std::string out;
    email::EncodedBody(text).append_to(out, {name});
    return out;
}
}  // namespace

TEST_CASE("a body in quoted-printable encodes the filled line as if it had never been cut") {
    const auto text = text_with_name("caf\u00e9\nDear ", ", hello \u00e9\nplain text that is long enough\n");
    for (const std::string& name : std::vector<std::string>{
             "", "Zoë", "From ", ".", "a very long name, which needs a soft line break in its line ", "="}) {
        CHECK(encoded(text, name) == quoted_printable("caf\u00e9\nDear " + name +
                                                      ", hello \u00e9\nplain text that is long enough\n"));
    }
}

TEST_CASE("a field that begins its line is protected like any other text") {
    const auto text = text_with_name("Dear\n", "\nplain\n");
    CHECK(encoded(text, ".") == "Dear\r\n=2E\r\nplain\r\n");
    CHECK(encoded(text, "x ") == "Dear\r\nx=20\r\nplain\r\n");
}

TEST_CASE("a body in base64 encodes the filled text as if it had never been cut") {
    std::string hebrew;
    for (int i = 0; i < 40; ++i) hebrew += "שלום\n";
    const auto text = text_with_name(hebrew, hebrew);
    REQUIRE(email::EncodedBody(text).encoding() == email::EncodedBody::Encoding::base64);
    for (const std::string& name : std::vector<std::string>{"", "a", "רות", "ab"}) {
        std::string whole;
        email::append_base64_body(whole, replace_all(hebrew + name + hebrew, "\n", "\r\n"));
        CHECK(encoded(text, name) == whole);
    }
}

TEST_CASE("a body without fields is encoded once and for all") {
    CHECK(encoded(email::MergeText("only text\n", {}), "") == "only text\r\n");
}

TEST_CASE("a body whose last line has no end gets one") {
    CHECK(encoded(email::MergeText("only text", {}), "") == "only text\r\n");
    CHECK(encoded(text_with_name("a\nDear ", ""), "Ada") == "a\r\nDear Ada\r\n");
}

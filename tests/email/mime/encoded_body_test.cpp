#include "email/mime/encoded_body.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "email/mime/base64_body.hpp"
#include "email/mime/quoted_printable.hpp"

using namespace paperround;
using email::quoted_printable;

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

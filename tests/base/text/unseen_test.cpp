#include "base/text/unseen.hpp"

#include <catch2/catch.hpp>

#include "base/utf8.hpp"

using namespace paperround;

namespace {
std::string utf8(char32_t value) {
    std::string text;
    append_utf8(text, value);
    return text;
}
}  // namespace

TEST_CASE("white space and invisible characters go from both ends of a text") {
    const char32_t unseen =
        GENERATE(as<char32_t>{}, 0x20, 0x09, 0x85, 0xA0, 0xAD, 0x1680, 0x2003, 0x200B, 0x200C, 0x200D, 0x200E,
                 0x202A, 0x202C, 0x202E, 0x202F, 0x2060, 0x2066, 0x2069, 0x3000, 0xFE0F, 0xFEFF, 0xE0020);
    CAPTURE(static_cast<unsigned>(unseen));
    const std::string mark = utf8(unseen);
    CHECK(trim_unseen(mark + mark + "a b" + mark) == "a b");
    CHECK(trim_unseen(mark).empty());
    if (unseen >= 0x80) CHECK(first_unseen("a" + mark + "b") == unseen);
}

TEST_CASE("what is seen stays whatever stands around it") {
    CHECK(trim_unseen("\xC3\xA9t\xC3\xA9") == "\xC3\xA9t\xC3\xA9");
    CHECK_FALSE(first_unseen("\xC3\xA9t\xC3\xA9 a"));
    // Not UTF-8: a continuation octet of a no-break space, alone.
    CHECK(trim_unseen("a\xA0") == "a\xA0");
    CHECK(trim_unseen("\xC2") == "\xC2");
    CHECK(trim_unseen("").empty());
}

TEST_CASE("a name has single spaces and nothing invisible") {
    CHECK(tidied_name("\xEF\xBB\xBF"
                      "Ada\xC2\xA0\xE2\x80\x83Lee\xE2\x80\x8B ") == "Ada Lee");
    CHECK(tidied_name("  Ada \t Lee ") == "Ada Lee");
    CHECK(tidied_name("\xC2\xA0").empty());
}

TEST_CASE("a name keeps the joiners that spell emoji and Persian") {
    const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
    CHECK(tidied_name(family) == family);
    const std::string heart = "\xE2\x9D\xA4\xEF\xB8\x8F";
    CHECK(tidied_name(heart) == heart);
}

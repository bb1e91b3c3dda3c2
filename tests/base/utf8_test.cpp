#include "base/utf8.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("code points of each length are read") {
    const auto [text, value] = GENERATE(table<std::string, char32_t>({{"A", U'A'},
                                                                      {"\xc3\xa9", U'\u00e9'},
                                                                      {"\xe2\x82\xac", U'\u20ac'},
                                                                      {"\xf0\x9f\x98\x80", U'\U0001F600'}}));
    const CodePoint point = next_code_point(text + "tail");
    CHECK(point.valid);
    CHECK(point.value == value);
    CHECK(point.length == text.size());
}

TEST_CASE("what RFC 3629 forbids is not UTF-8") {
    const auto* text =
        GENERATE("\x80", "\xc3", "\xe2\x82", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80",
                 "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "a\xc3(");
    CAPTURE(text);
    CHECK_FALSE(is_utf8(text));
}

TEST_CASE("the edges of what RFC 3629 allows are UTF-8") {
    const auto* text = GENERATE("", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf");
    CHECK(is_utf8(text));
}

TEST_CASE("each octet that is not UTF-8 becomes U+FFFD and the rest stays") {
    CHECK(to_valid_utf8("caf\xe9 \xf0\x9f\x98") == "caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(to_valid_utf8("h\xc3\xa9") == "h\xc3\xa9");
}

TEST_CASE("code points are written as they are read") {
    std::string out;
    for (const char32_t value : {U'A', U'\u00e9', U'\u20ac', U'\U0001F600', U'\U0010FFFF'})
        append_utf8(out, value);
    CHECK(out == "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf");
}

TEST_CASE("ASCII is what fits seven bits") {
    CHECK(is_ascii("plain\x7f"));
    CHECK_FALSE(is_ascii("\xc3\xa9"));
}

TEST_CASE("a prefix ends between characters") {
    CHECK(utf8_prefix("h\xc3\xa9llo", 2) == "h");
    CHECK(utf8_prefix("h\xc3\xa9llo", 3) == "h\xc3\xa9");
    CHECK(utf8_prefix("\xf0\x9f\x98\x80", 3).empty());
    CHECK(utf8_prefix("abc", 10) == "abc");
    CHECK(utf8_prefix("abc", 0).empty());
}

#include "email/text/line_wrap.hpp"

#include <catch2/catch.hpp>
#include "base/text/display_width.hpp"

using paperround::email::wrap;
using Lines = std::vector<std::string>;

TEST_CASE("words are gathered into lines") {
    CHECK(wrap("aa bb cc", 5) == Lines{"aa bb", "cc"});
}
TEST_CASE("a word that is too long stands alone, uncut") {
    CHECK(wrap("a bbbbbbbb c", 4) == Lines{"a", "bbbbbbbb", "c"});
}
TEST_CASE("a line feed always breaks") {
    CHECK(wrap("a\nb", 10) == Lines{"a", "b"});
}
TEST_CASE("no line breaks at a no-break space") {
    CHECK(wrap("a b\u00A0c", 4) == Lines{"a", "b\u00A0c"});
}
TEST_CASE("no line breaks at a non-breaking hyphen") {
    CHECK(wrap("a b\u2011c", 4) == Lines{"a", "b\u2011c"});
}
TEST_CASE("width is counted in columns, not octets") {
    CHECK(wrap("éé éé éé", 5) == Lines{"éé éé", "éé"});
}
TEST_CASE("Japanese breaks between characters, two columns each") {
    CHECK(wrap("日本語日本", 6) == Lines{"日本語", "日本"});
}
TEST_CASE("a full stop never begins a Japanese line") {
    CHECK(wrap("日本語。日", 6) == Lines{"日本", "語。日"});
}
TEST_CASE("an opening bracket never ends a Japanese line") {
    CHECK(wrap("日本「語」", 6) == Lines{"日本", "「語」"});
}
TEST_CASE("nothing that closes or continues begins a Japanese line") {
    for (const std::string closing :
         {"、", "。", "」", "）", "！", "？", "ー", "っ", "ョ", "々", "・", "〜", "”"}) {
        INFO(closing);
        CHECK(wrap("日本語" + closing + "日", 6) == Lines{"日本", "語" + closing + "日"});
    }
}
TEST_CASE("an emoji is not parted from its variation or its skin tone") {
    CHECK(wrap("日本\u2764\uFE0F", 4) == Lines{"日本", "\u2764\uFE0F"});
    CHECK(wrap("日本 \U0001F44D\U0001F3FD", 6) == Lines{"日本", "\U0001F44D\U0001F3FD"});
}

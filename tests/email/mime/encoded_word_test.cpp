#include "email/mime/encoded_word.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"

using namespace paperround;
using email::encoded_words;
using email::phrase;
using email::unstructured;

TEST_CASE("plain ASCII needs no encoded-word") {
    CHECK(unstructured("On walking", 9) == "On walking");
}

TEST_CASE("mostly ASCII text becomes a Q word, whose space is an underscore") {
    CHECK(unstructured("Caf\u00e9 noir", 9) == "=?UTF-8?Q?Caf=C3=A9_noir?=");
}

TEST_CASE("mostly non-ASCII text becomes a B word") {
    // base64 of the UTF-8 of "שלום": d7a9 d79c d795 d79d
    CHECK(unstructured("שלום", 9) == "=?UTF-8?B?16nXnNeV150=?=");
}

TEST_CASE("what a reader would take for an encoded-word is encoded") {
    CHECK(unstructured("=?UTF-8?Q?x?=", 9) == "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=");
}

TEST_CASE("a long plain subject is folded at a space") {
    const std::string folded =
        unstructured("A rather long title that says all it has to say before the post has even begun", 9);
    CHECK(folded == "A rather long title that says all it has to say before the post has\r\n even begun");
}

TEST_CASE("a word of 2 000 letters is encoded, because it cannot be folded") {
    const std::string words = unstructured(std::string(2000, 'x'), 9);
    for (const auto line : split(words, '\n')) CHECK(line.size() <= 77);  // 76 and the CR
    CHECK(words.starts_with("=?UTF-8?Q?xxx"));
}

TEST_CASE("an encoded-word is at most 75 octets and its line at most 76") {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "ж🙂";
    const std::string words = encoded_words(text, 9);
    for (auto line : split(words, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with(' ')) line.remove_prefix(1);
        CHECK(line.size() <= 75);
        CHECK(line.starts_with("=?UTF-8?"));
        CHECK(line.ends_with("?="));
    }
}

TEST_CASE("no room on the first line begins the words on the next") {
    CHECK(encoded_words("\u00e9", 75) == "\r\n =?UTF-8?B?w6k=?=");
}

TEST_CASE("controls in header text become spaces, octets that are not UTF-8 the replacement character") {
    CHECK(email::header_text(std::string("a\r\nBcc: b\0c", 11)) == "a  Bcc: b c");
    CHECK(email::header_text("\xff") == "\uFFFD");
}

TEST_CASE("a name of atoms is a phrase as it is") {
    CHECK(phrase("Ada Bell", 4) == "Ada Bell");
}

TEST_CASE("specials in a name are quoted") {
    CHECK(phrase("Notes, Field", 4) == "\"Notes, Field\"");
}

TEST_CASE("quotes and backslashes in a name are escaped") {
    CHECK(phrase("\"A\\B\" <c>", 4) == R"("\"A\\B\" <c>")");
}

TEST_CASE("a name beyond ASCII is encoded, not quoted") {
    CHECK(phrase("Müller, Georg", 4) == "=?UTF-8?Q?M=C3=BCller=2C_Georg?=");
}

TEST_CASE("a full stop in a name is quoted, since an atom has none") {
    CHECK(phrase("J. Doe", 4) == "\"J. Doe\"");
}

TEST_CASE("only the last B word has padding, because GMime reads no further than the first") {
    std::string text;
    for (int i = 0; i < 60; ++i) text += "\u05D0\u4E00\U0001F642\u05D1x";
    const std::string encoded = encoded_words(text, 9);
    const auto words = split(encoded, '\n');
    REQUIRE(words.size() > 5);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        INFO(words[i]);
        const bool padded =
            words[i].find("=?=") != std::string_view::npos && words[i].find("?B?") != std::string_view::npos;
        CHECK_FALSE(padded);
    }
}

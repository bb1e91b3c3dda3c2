// Right-to-left text in the text part. R and L stand for the marks U+200F and U+200E, which cannot be seen.
#include "email/text/bidi.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"
#include "email/clean/html_cleaner.hpp"
#include "email/plain/text_part.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::email;

namespace {

std::string text(const std::string& html) {
    const auto clean = clean_html(html, "https://example.org/post");
    REQUIRE(clean.has_value());
    return replace_all(replace_all(text_of(*clean), "\u200F", "R"), "\u200E", "L");
}

std::string repeated(const std::string& word, int times) {
    std::string words;
    for (int i = 0; i < times; ++i) words += word + ' ';
    return words;
}

}  // namespace

TEST_CASE("a direction is that of letters: digits, signs and emoji have none") {
    CHECK(first_direction("12. [שלום] abc") == Direction::right_to_left);
    CHECK(last_direction("12. [שלום] abc 7!") == Direction::left_to_right);
    CHECK(first_direction("سلام") == Direction::right_to_left);
    CHECK(first_direction("日本") == Direction::left_to_right);
    CHECK(first_direction("Ünï") == Direction::left_to_right);
    CHECK(first_direction("2026 — «…» ٣٤ 🙂 、。×") == Direction::none);
}
TEST_CASE("a text runs as most of its words do") {
    CHECK(main_direction("Paperround הוא כלי נהדר") == Direction::right_to_left);
    CHECK(main_direction("The word שלום means peace") == Direction::left_to_right);
    CHECK(main_direction("Paperround שלום") == Direction::left_to_right);
    CHECK(main_direction("3 × 4") == Direction::none);
}
TEST_CASE("a text of as many words each way, or none, runs as the one before it") {
    CHECK(main_direction("Paperround שלום", Direction::right_to_left) == Direction::right_to_left);
    CHECK(main_direction("3 × 4", Direction::right_to_left) == Direction::right_to_left);
    CHECK(text("<ul><li>שלום<li>7<li>HTML ואנחנו</ul>") == "- שלום\n- R7\n- RHTML ואנחנו\n");
}

TEST_CASE("text of one direction has no marks") {
    CHECK(text("<h1>Title</h1><p>a <a href=/b>c</a>, 3.</p><ul><li>d</ul><blockquote>e</blockquote>"
               "<table><tr><th>a<th>1<tr><td>b<td>2</table>")
              .find_first_of("RL") == std::string::npos);
    CHECK(text("<p>שלום עולם, 3.</p><ol><li>אחת</ol><blockquote>שתיים</blockquote>") ==
          "שלום עולם, 3.\n\n1. אחת\n\n> שתיים\n");
}
TEST_CASE("a line of a Hebrew paragraph that begins with an English word or a number is marked") {
    CHECK(text("<p>Paperround הוא כלי נהדר</p>") == "RPaperround הוא כלי נהדר\n");
    CHECK(text("<p>" + repeated("שלום", 14) + "Paperround הוא " + repeated("שלום", 11) + "2026.</p>") ==
          std::string(trim(repeated("שלום", 14))) + "\nRPaperround הוא " +
              std::string(trim(repeated("שלום", 11))) + "\nR2026.\n");
}
TEST_CASE("a line of an English paragraph that begins with a Hebrew word is marked") {
    CHECK(text("<p>שלום is the word for peace</p>") == "Lשלום is the word for peace\n");
}
TEST_CASE("the mark stands behind what makes the line an item or a quotation") {
    CHECK(text("<ul><li>Paperround הוא כלי</ul>") == "- RPaperround הוא כלי\n");
    CHECK(text("<ol><li>7 <li>HTML הוא שפה</ol>") == "1. 7\n2. RHTML הוא שפה\n");
    CHECK(text("<blockquote><p>שלום</p><p>Paperround הוא כלי</p></blockquote>") ==
          "> שלום\n>R\n> RPaperround הוא כלי\n");
}
TEST_CASE("a note's number stays behind the English word that it belongs to") {
    CHECK(text("<p>ראו את <a href=/a>Example</a> כאן</p>") ==
          "ראו את ExampleR [1] כאן\n\n[1] https://example.org/a\n");
    CHECK(text("<p>ראו <a href=/a>כאן</a></p>") == "ראו כאן [1]\n\n[1] https://example.org/a\n");
    CHECK(text("<p>See the word <a href=/a>שלום</a></p>") ==
          "See the word שלוםL [1]\n\n[1] https://example.org/a\n");
}
TEST_CASE("a heading's line begins at the heading's side") {
    CHECK(text("<h1>שלום</h1>") == "שלום\nR====\n");
}
TEST_CASE("the columns of a Hebrew table keep their order around English cells") {
    CHECK(text("<table><tr><th>שם<th>סוג<th>גיל<tr><td>Ann<td>cat<td>4<tr><td>רות<td>כלב<td>5</table>") ==
          "שם   סוג  גיל\n"
          "R---  ---  ---\n"
          "RAnn  Rcat  R4\n"
          "רות  כלב  5\n");
    const std::string wide = "<td>" + repeated("מילה", 14);
    CHECK(text("<table><tr><td>Ann<td>cat" + wide + "</table>") ==
          "R- Ann | Rcat | " + std::string(trim(repeated("מילה", 11))) + "\n  מילה מילה מילה\n");
}
TEST_CASE("code is left as it is") {
    CHECK(text("<p>שלום</p><pre>let a = 1;\n// שלום</pre>") == "שלום\n\n    let a = 1;\n    // שלום\n");
}
TEST_CASE("a digest's first lines are marked as well") {
    auto content = test::sample_content();
    content.posts.front().html = "<p>Paperround הוא כלי נהדר</p>";
    const std::string part = text_of(test::rendered(content, "digest"), test::sample_recipient());
    CHECK(part.find("\n\u200FPaperround הוא כלי נהדר\n") != std::string::npos);
}

#include "email/clean/block_direction.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::clean;

namespace {
const std::string english = "<p>The sign at the pier says this.</p>";
const std::string hebrew = "<p>ברוכים הבאים לנמל, אנא עגנו כאן.</p>";
constexpr std::string_view to_left = "dir=\"rtl\" style=\"text-align:right\"";
constexpr std::string_view to_right = "dir=\"ltr\" style=\"text-align:left\"";

bool holds(const std::string& html, const std::string& begin, std::string_view said) {
    return html.find("<" + begin + " " + std::string(said) + ">") != std::string::npos;
}
}  // namespace

TEST_CASE("each block of a post in two scripts runs its own way") {
    const std::string html =
        clean(english + hebrew + "<blockquote>" + hebrew + "</blockquote><ul><li>ראשון.</ul><h2>כותרת.</h2>");
    CHECK(holds(html, "p", to_right));
    CHECK(holds(html, "p", to_left));
    CHECK(holds(html, "blockquote", to_left));
    CHECK(holds(html, "ul", to_left));
    CHECK(holds(html, "h2", to_left));
}
TEST_CASE("a post in one script says nothing of directions") {
    CHECK(clean(english + english).find("dir=") == std::string::npos);
    CHECK(clean(hebrew + hebrew + "<p>iPhone 17</p><pre>int main() { return a + b; }</pre>").find("dir=") ==
          std::string::npos);
}
TEST_CASE("a direction that the post says itself stays") {
    const std::string html = clean("<div dir=rtl>" + english + hebrew + "</div>");
    CHECK(html.find(to_right) == std::string::npos);
    CHECK(clean(english + "<p style='text-align:center'>שלום לכולם, חברים.</p>")
              .find("dir=\"rtl\" style=\"text-align:center\"") != std::string::npos);
}

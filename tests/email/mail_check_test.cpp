#include "email/mail_check.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::email;

namespace {

// The findings as "severity code", in order.
std::vector<std::string> found(const std::string& subject, const std::string& html, const std::string& text) {
    std::vector<std::string> out;
    for (const Finding& finding : check_mail({subject, html, text}))
        out.push_back(std::string(to_string(finding.severity)) + " " + finding.code);
    return out;
}
using List = std::vector<std::string>;

}  // namespace

TEST_CASE("a mail that is well has no findings") {
    CHECK(found("On walking", "<p>One foot</p><img src=\"https://example.org/a.png\" alt=\"A hill\">",
                "One foot") == List{});
}
TEST_CASE("Gmail's limit is 102 KiB of HTML") {
    std::string html(102UL * 1024, ' ');
    CHECK(found("S", html, "x") == List{"warning clipped"});
    html += ' ';
    CHECK(found("S", html, "x") == List{"error clipped"});
    CHECK(found("S", std::string(90UL * 1024, ' '), "x") == List{});
}
TEST_CASE("a subject is there, and short enough for an inbox") {
    CHECK(found(" ", "", "") == List{"error subject"});
    CHECK(found(std::string(70, 'x'), "", "") == List{});
    CHECK(found(std::string(71, 'x'), "", "") == List{"warning subject"});
}
TEST_CASE("a picture has a description, or says that it is decoration") {
    CHECK(found("S", "<img src=\"https://example.org/a.png\">", "") == List{"warning alt"});
    CHECK(found("S", "<img src=\"https://example.org/a.png\" alt=\" \">", "") == List{"warning alt"});
    CHECK(found("S", "<img src=\"https://example.org/a.png\" alt=\"\" role=\"presentation\">", "") == List{});
}
TEST_CASE("a picture over plain http is named, once") {
    const std::string picture = "<img src=\"http://example.org/a.png\" alt=\"x\">";
    CHECK(found("S", picture + picture, "") == List{"warning plain-http"});
}
TEST_CASE("words that the text part lacks are counted, hidden ones and styles are not") {
    const std::string html =
        "<style>p{}</style><div style=\"display: none\">pre header</div><p>One two three four</p>";
    CHECK(found("S", html, "one two three four") == List{});
    CHECK(found("S", html, "one two three") == List{"warning text-part"});
    CHECK(check_mail({"S", html, "one"}).at(0).message.find("3 of the 4 words") != std::string::npos);
}
TEST_CASE("the text part's direction marks belong to no word") {
    CHECK(found("S", "<p>Paperround שלום</p>", "\u200FPaperround שלום") == List{});
}
TEST_CASE("pictures and links are listed once each, web addresses only") {
    const auto references = references_of(
        "<a href=\"https://e.org/1\">x</a><a href=\"mailto:a@e.org\">y</a><a href=\"https://e.org/1\">z</a>"
        "<img src=\"https://e.org/p.png\"><img src=\"cid:1\">");
    CHECK(references.links == List{"https://e.org/1"});
    CHECK(references.images == List{"https://e.org/p.png"});
}

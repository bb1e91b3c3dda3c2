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
    CHECK(found("On walking",
                "<p>One foot</p><img src=\"https://example.org/a.png\" alt=\"A hill\" width=\"9\">",
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
    CHECK(found("S", "<img width=\"9\" src=\"https://example.org/a.png\">", "") == List{"warning alt"});
    CHECK(found("S", "<img width=\"9\" src=\"https://example.org/a.png\" alt=\" \">", "") ==
          List{"warning alt"});
    CHECK(found("S", "<img width=\"9\" src=\"https://example.org/a.png\" alt=\"\" role=\"presentation\">",
                "") == List{});
}
TEST_CASE("a picture over plain http is named, once") {
    const std::string picture = "<img width=\"9\" src=\"http://example.org/a.png\" alt=\"x\">";
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
TEST_CASE("a picture without a width is named") {
    CHECK(found("S", "<img src=\"https://example.org/a.png\" alt=\"x\">", "") ==
          List{"warning picture-width"});
    CHECK(found("S", "<img src=\"https://example.org/a.png\" alt=\"x\" width=\"300\">", "") == List{});
}
TEST_CASE("a title's word that phones cannot show on a line is named") {
    const std::string word = "Donaudampfschifffahrtsgesellschaft";
    CHECK(found("S", "<h1>Die " + word + "</h1>", "Die " + word) == List{"warning title-break"});
    CHECK(found("S", "<h2 class=\"title\"><a href=\"https://e.org\">Die <b>" + word + "</b></a></h2>",
                "Die " + word) == List{"warning title-break"});
    // Where it may break it is none: a soft hyphen, a slash, ideographs, Thai.
    for (const char* title :
         {"Donaudampf\u00ADschifffahrts\u00ADgesellschaft", "example.org/one/two/three/four/five",
          "\u4eca\u65e5\u306f\u5929\u6c17\u304c\u3088\u304f\u3066\u5927\u5909\u3088\u308d\u3057\u3044",
          "twenty-four-characters-and-more-in-all", "A title of ordinary words that goes on for long"})
        CHECK(found("S", std::string("<h1>") + title + "</h1>", title) == List{});
    CHECK(found("S", "<p>" + word + "</p>", word) == List{});
}
TEST_CASE("colours that cannot be read in the dark are named, once a pair") {
    const std::string dark =
        "<style>@media (prefers-color-scheme: dark) { .page { background-color: #151412 !important; color: "
        "#ddd !important }"
        " h2 { color: #eee !important } }</style>";
    const auto page = [&](const std::string& body) {
        return dark + "<body class=page style=\"color:#222\">" + body;
    };
    CHECK(found("S", page("<p>a</p><h2 style=\"color:#222\">a</h2>"), "a") == List{});
    CHECK(found("S", page("<p style=\"color:#222\">a</p><p style=\"color:#222\">a</p>"), "a") ==
          List{"warning dark-colours"});
    CHECK(found("S", page("<div style=\"background-color:#ffe\">a</div>"), "a") ==
          List{"warning dark-colours"});
    CHECK(found("S", page("<div style=\"background-color:#ffe;color:#222\">a</div>"), "a") == List{});
    CHECK(found("S", page("<div style=\"background-color:#ffe;color:#222\"><h2>a</h2></div>"), "a") ==
          List{"warning dark-colours"});
    CHECK(found("S", page("<p style=\"color:#222;display:none\">a</p>"), "") == List{});
    // A mail that has no colours for the dark is turned around by the program, or stays.
    CHECK(found("S", "<p style=\"color:#222\">a</p>", "a") == List{});
}
TEST_CASE("what is a link to a picture that is shown is no link to follow") {
    const auto references =
        references_of("<a href=\"https://e.org/a.png\"><img src=\"https://e.org/a.png\"></a>");
    CHECK(references.links.empty());
    CHECK(references.images == List{"https://e.org/a.png"});
}

#include "email/public_letter.hpp"

#include <catch2/catch.hpp>

using namespace paperround::email;

namespace {

using Kind = MergeField::Kind;

Edition letter(const std::string& html, std::vector<MergeField> fields) {
    Edition edition;
    edition.html = html;
    edition.html_fields = std::move(fields);
    return edition;
}

const std::vector<MergeField> leave_only{
    {.kind = Kind::unsubscribe_url, .attribute = {}, .fallback = {}, .escape_html = true}};

std::string body_of(const std::string& page) {
    const auto begin = page.find("<main>") + 6;
    return page.substr(begin, page.find("</main>") - begin);
}

std::string shown(const std::string& body, const PublicPlace& place = {},
                  const std::vector<MergeField>& fields = leave_only) {
    return body_of(
        public_letter(letter("<html><head></head><body>" + body + "</body></html>", fields), place));
}

const PublicPlace open_list{.subscribe_url = "https://n.example/s/notes?a=1&b=2",
                            .subscribe_words = "Subscribe & read",
                            .pictures = {},
                            .canonical_url = {},
                            .top = {}};

}  // namespace

TEST_CASE("a public letter has the fallbacks of its fields, and nobody's own data") {
    CHECK(shown("Hello " + mark_of(0) + mark_of(1) + ", " + mark_of(2) + "!", {},
                {{Kind::name, "", "friend", true},
                 {Kind::address, "", "", true},
                 {Kind::attribute, "town", "<Town>", true}}) == "Hello friend, &lt;Town&gt;!");
}

TEST_CASE("the link to leave becomes one to subscribe, in its own clothes") {
    CHECK(shown("<p><a class=\"x\" href=\"" + mark_of(0) +
                    "\" style=\"color:red\"><span style=\"a\">Leave</span> now</a></p>.",
                open_list) ==
          "<p><a class=\"x\" href=\"https://n.example/s/notes?a=1&amp;b=2\" style=\"color:red\"><span "
          "style=\"a\">Subscribe &amp; read</span></a></p>.");
    CHECK(shown("<a href=\"" + mark_of(0) + "\"><!--[if mso]>x<![endif]-->Leave</a>", open_list) ==
          "<a href=\"https://n.example/s/notes?a=1&amp;b=2\">Subscribe &amp; read</a>");
    CHECK(shown("<A HREF=\"" + mark_of(0) + "\"><img src=\"x\"></a>", open_list) ==
          "<A HREF=\"https://n.example/s/notes?a=1&amp;b=2\">Subscribe &amp; read</a>");
}

TEST_CASE("where nobody can subscribe by a page the link to leave goes") {
    CHECK(shown("<p><a href=\"" + mark_of(0) + "\">Leave</a></p><a href=\"x\">stays</a>") ==
          "<p></p><a href=\"x\">stays</a>");
    CHECK(shown("Leave: " + mark_of(0) + ".") == "Leave: .");
}

TEST_CASE("a link to leave that is broken, or only its address, leaves no mark") {
    for (const std::string& body :
         {"<a href=\"" + mark_of(0) + "\">no end", "<a title=\"a>b\" href=\"" + mark_of(0) + "\">x</a>",
          "<a href=\"" + mark_of(0), mark_of(0) + mark_of(0),
          "<abbr title=\"" + mark_of(0) + "\">x</abbr>"}) {
        CAPTURE(body);
        for (const PublicPlace& place : {open_list, PublicPlace{}}) {
            const std::string html = shown(body, place);
            CHECK(html.find('\x01') == std::string::npos);
            CHECK(html.find('\x02') == std::string::npos);
        }
    }
}

TEST_CASE("pictures that were sent with the letter have addresses") {
    const PublicPlace place{.subscribe_url = {},
                            .subscribe_words = {},
                            .pictures = "https://n.example/a/notes/1/",
                            .canonical_url = {},
                            .top = {}};
    CHECK(shown("<img src=\"cid:sea-png.0af3@example.org\"><img src=\"cid:b_-c.01@x\">cid:a@b", place, {}) ==
          "<img src=\"https://n.example/a/notes/1/sea-png.0af3\"><img "
          "src=\"https://n.example/a/notes/1/b_-c.01\">cid:a@b");
    CHECK(shown("<img src=\"cid:../x@y\"><img src=\"cid:", place, {}) ==
          "<img src=\"cid:../x@y\"><img src=\"cid:");
    CHECK(public_name("sea-png.0af3@example.org") == "sea-png.0af3");
    CHECK(public_name("a/b@x").empty());
}

TEST_CASE("a table that scrolls in its box is reached by the keyboard") {
    CHECK(
        shown("<div style=\"overflow-x:auto\" class=\"table wide\">x</div><div class=\"table\">y</div><div ",
              {}, {}) ==
        "<div tabindex=\"0\" style=\"overflow-x:auto\" class=\"table wide\">x</div><div class=\"table\">y</div><div ");
}

TEST_CASE("the page's own words stand above the letter, which is its main part") {
    const auto page =
        public_letter(letter("<html><head><title>x</title></head><body class=\"a\">x</body></html>", {}),
                      {.subscribe_url = {},
                       .subscribe_words = {},
                       .pictures = {},
                       .canonical_url = "https://n.example/a/notes/1?\"",
                       .top = "<header>h</header>"});
    CHECK(page ==
          "<html><head><title>x</title><link rel=\"canonical\" href=\"https://n.example/a/notes/1?&quot;\">\n"
          "</head><body class=\"a\">\n<header>h</header><main>x</main>\n</body></html>");
}

TEST_CASE("a template without a body is shown all the same") {
    CHECK(public_letter(letter("<p>x", {}), {}) == "<main><p>x</main>");
    CHECK(public_letter(letter("</body><body", {}), {}) == "<main></body><body</main>");
}

#include "web/pages.hpp"

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"
#include "web_fixture.hpp"

using namespace paperround;
using namespace paperround::web;
using test::has;

namespace {
// Copies the installed templates into a folder where tests can damage them.
void copy_templates(const test::TempDir& dir) {
    std::filesystem::copy(test::web_templates(), dir.path(), std::filesystem::copy_options::recursive);
}
}  // namespace

TEST_CASE("an address is masked but for its first character and its domain") {
    CHECK(masked_address("ann@example.org") == "a•••@example.org");
    CHECK(masked_address("a@example.org") == "a•••@example.org");
    CHECK(masked_address("übung@example.org") == "ü•••@example.org");
    CHECK(masked_address("").empty());
    CHECK(masked_address("@x").empty());
}

TEST_CASE("every page renders in every language without a gap") {
    const auto pages = Pages::load(test::web_templates());
    REQUIRE(pages);
    for (const Page page :
         {Page::ask,         Page::left,       Page::already, Page::unknown, Page::incomplete,
          Page::unavailable, Page::home,       Page::absent,  Page::refused, Page::subscribe,
          Page::again,       Page::no_address, Page::asked,   Page::joined,  Page::confirm,
          Page::confirmed,   Page::expired,    Page::why,     Page::listed,  Page::archive,
          Page::preferences, Page::saved}) {
        for (const char* language : {"en", "de", "fr", "es", "pt", "it", "nl", "pl", "ar", "he", "ja"}) {
            const auto html =
                pages->render(page, SubscriptionView{"Field Notes", language, "ann@example.org", true});
            CHECK(has(html, std::string("<html lang=\"") + language));
            CHECK_FALSE(has(html, "{{"));
            CHECK_FALSE(has(html, "<h1></h1>"));
        }
    }
}

TEST_CASE("a page without a newsletter speaks the browser's first known language") {
    const auto pages = Pages::load(test::web_templates()).value();
    CHECK(has(pages.render(Page::home, "sv-SE, de-CH;q=0.8, en;q=0.5"), "lang=\"de\""));
    CHECK(has(pages.render(Page::home, "DE"), "lang=\"de\""));
    CHECK(has(pages.render(Page::home, ""), "lang=\"en\""));
    CHECK(has(pages.render(Page::home, std::string(100'000, ',')), "lang=\"en\""));
}

TEST_CASE("a page speaks the reader's language, or the newsletter's where there is none in it") {
    const auto pages = Pages::load(test::web_templates()).value();
    CHECK(has(pages.render(Page::ask, SubscriptionView{"N", "fr,de", "a@example.org", true}), "lang=\"fr\""));
    CHECK(has(pages.render(Page::ask, SubscriptionView{"N", "xx,de", "a@example.org", true}), "lang=\"de\""));
    CHECK(has(pages.render(Page::ask, SubscriptionView{"N", ",he", "a@example.org", true}), "dir=\"rtl\""));
}

TEST_CASE("a newsletter in a language that there is no page for gets English") {
    const auto pages = Pages::load(test::web_templates()).value();
    CHECK(has(pages.render(Page::ask, SubscriptionView{"Notes", "xx", "a@x.org", true}), "lang=\"en\""));
}

TEST_CASE("a language with a string missing is an error that names it") {
    const test::TempDir dir;
    copy_templates(dir);
    const auto file = dir.write("strings/fr.json", R"({"ask.heading": "Se désabonner ?"})");
    const auto pages = Pages::load(dir.path());
    REQUIRE_FALSE(pages);
    CHECK(pages.error().message == file.string() + ": the string \"absent.heading\" is missing");
}

TEST_CASE("unknown strings, strings that are none and broken JSON are errors that name the file") {
    const test::TempDir dir;
    copy_templates(dir);
    const std::string content =
        GENERATE(as<std::string>{}, R"({"ask.haeding": "x"})", R"({"ask.heading": 1})", "{", "[]", "",
                 R"({"ask.heading": "{{#open}}"})");
    CAPTURE(content);
    const auto file = dir.write("strings/de.json", content);
    const auto pages = Pages::load(dir.path());
    REQUIRE_FALSE(pages);
    CHECK(has(pages.error().message, file.string() + ": "));
}

TEST_CASE("a folder without templates is an error that names the file") {
    const test::TempDir dir;
    const auto pages = Pages::load(dir.path());
    REQUIRE_FALSE(pages);
    CHECK(has(pages.error().message, (dir / "page.html").string()));
}

TEST_CASE("a page that is not there, or not to be read, is no mistake in one") {
    const test::TempDir dir;
    copy_templates(dir);
    const auto code = [&dir] { return Pages::load(dir.path()).error().code; };
    dir.write("page.html", "{{#open}");
    CHECK(code() == PagesError::Code::wrong);
    std::filesystem::remove(dir / "page.html");
    CHECK(code() == PagesError::Code::not_readable);
    std::filesystem::create_directory(dir / "page.html");
    CHECK(code() == PagesError::Code::not_readable);
}

TEST_CASE("a form to subscribe holds what was written, escaped, and its stamp") {
    const auto pages = Pages::load(test::web_templates()).value();
    const PageContent content{.newsletter_title = "Notes & <more>",
                              .language = "en",
                              .address = {},
                              .look = {},
                              .form = {.address = "\"><script>", .stamp = "St-1_x"}};
    for (const Page page : {Page::subscribe, Page::again, Page::no_address}) {
        const auto html = pages.render(page, content);
        CHECK(has(html, "value=\"&quot;&gt;&lt;script&gt;\""));
        CHECK(has(html, "name=\"stamp\" value=\"St-1_x\""));
        CHECK(has(html, "<button type=\"submit\">Subscribe</button>"));
        CHECK(has(html, "Notes &amp; &lt;more&gt;"));
        CHECK(has(html, "You are subscribed once you have pressed it."));
        CHECK_FALSE(has(html, "<script"));
        CHECK_FALSE(has(html, "One-Click"));
    }
}

TEST_CASE("a list of letters shows their titles and days, escaped, and the links that there are") {
    const auto pages = Pages::load(test::web_templates()).value();
    PageContent content{.newsletter_title = "Notes & <more>", .language = "en"};
    content.list.letters = {
        {.title = "On <b>", .day = "2026-11-20", .url = "https://n.example/a/notes/12?x&y"}};
    content.list.older_url = "https://n.example/a/notes?before=12";
    content.list.feed_url = "https://n.example/a/notes/feed";
    const auto html = pages.render(Page::archive, content);
    CHECK(has(html, "<a href=\"https://n.example/a/notes/12?x&amp;y\"><bdi>On &lt;b&gt;</bdi></a>"));
    CHECK(has(html, "<time datetime=\"2026-11-20\">2026-11-20</time>"));
    CHECK(has(html, "href=\"https://n.example/a/notes?before=12\""));
    CHECK(has(html, "rel=\"alternate\" type=\"application/atom+xml\""));
    CHECK_FALSE(has(html, ">Newest<"));
    CHECK_FALSE(has(html, ">Subscribe<"));
    CHECK_FALSE(has(html, "noindex"));
    CHECK_FALSE(has(html, "Nothing has been sent yet."));
    content.list = {};
    CHECK(has(pages.render(Page::archive, content), "Nothing has been sent yet."));
}

TEST_CASE("a page leads to past letters where it is told to, and is in no search engine") {
    const auto pages = Pages::load(test::web_templates()).value();
    PageContent content{.newsletter_title = "Notes", .language = "en"};
    CHECK_FALSE(has(pages.render(Page::confirmed, content), "past letters"));
    content.archive_url = "https://n.example/a/notes";
    for (const Page page : {Page::confirmed, Page::subscribe}) {
        const auto html = pages.render(page, content);
        CHECK(has(html, "<a href=\"https://n.example/a/notes\">Read past letters</a>"));
        CHECK(has(html, "noindex"));
    }
}

TEST_CASE("a form of preferences has what a reader reads, every language, and its last field last") {
    const auto pages = Pages::load(test::web_templates()).value();
    PageContent content{.newsletter_title = "Notes", .language = "he,en", .address = "ann@example.org"};
    content.preferences = {.lists = {{"notes", "Notes & <more>", true}, {"other", "Other", false}},
                           .name = "\"><script>"};
    for (const Page page : {Page::preferences, Page::saved}) {
        const auto html = pages.render(page, content);
        CHECK(has(html, "name=\"read\" value=\"notes\" checked> <bdi>Notes &amp; &lt;more&gt;</bdi>"));
        CHECK(has(html, "name=\"read\" value=\"other\"> <bdi>Other</bdi>"));
        CHECK(has(html, "<option value=\"he\" lang=\"he\" selected>"));
        CHECK(has(html, "<option value=\"ja\" lang=\"ja\">"));
        CHECK(has(html, "value=\"&quot;&gt;&lt;script&gt;\""));
        CHECK(html.rfind("name=\"preferences\" value=\"save\"") > html.rfind("<button"));
        CHECK_FALSE(has(html, "One-Click"));
        CHECK_FALSE(has(html, "ann@example.org"));
    }
    content.preferences.lists.clear();
    CHECK_FALSE(has(pages.render(Page::preferences, content), "<fieldset>"));
}

TEST_CASE("a form of a list that asks nobody to confirm promises no mail") {
    const auto pages = Pages::load(test::web_templates()).value();
    const PageContent content{.newsletter_title = "Notes", .language = "en", .form = {.confirms = false}};
    CHECK_FALSE(has(pages.render(Page::subscribe, content), "class=\"note\""));
}

TEST_CASE("only the page to leave has the one-click form, only the one to confirm has its own") {
    const auto pages = Pages::load(test::web_templates()).value();
    const PageContent content{.newsletter_title = "Notes", .language = "en", .address = "ann@example.org"};
    const auto leave = pages.render(Page::ask, content);
    CHECK(has(leave, "value=\"One-Click\""));
    CHECK_FALSE(has(leave, "name=\"confirm\""));
    const auto confirm = pages.render(Page::confirm, content);
    CHECK(has(confirm, "name=\"confirm\" value=\"yes\""));
    CHECK_FALSE(has(confirm, "One-Click"));
    CHECK(has(confirm, "a•••@example.org"));
}

TEST_CASE("whoever has just written an address sees the whole of it") {
    const auto pages = Pages::load(test::web_templates()).value();
    const PageContent content{.newsletter_title = "Notes", .language = "en", .address = "ann@example.org"};
    CHECK(has(pages.render(Page::asked, content), "ann@example.org"));
    CHECK_FALSE(has(pages.render(Page::confirmed, content), "ann@example.org"));
}

TEST_CASE("a page in a newsletter's colours allows its own style and the logo's server, and nothing else") {
    const auto pages = Pages::load(test::web_templates()).value();
    const Look look{.accent = "#0a5c8f",
                    .on_accent = "#ffffff",
                    .accent_dark = "#5aa9dd",
                    .on_accent_dark = "#1d1b18",
                    .logo = "https://pictures.example.org:8443/logo.png",
                    .logo_dark = "https://pictures.example.org:8443/white.png"};
    const auto html =
        pages.render(Page::subscribe,
                     PageContent{.newsletter_title = "Notes", .language = "he", .address = {}, .look = look});
    CHECK(has(html, "--button: #0a5c8f; --on-button: #ffffff;"));
    CHECK(has(html, "src=\"https://pictures.example.org:8443/logo.png\" alt=\"Notes\""));
    CHECK(has(html, "dir=\"rtl\""));
    const std::string policy = Pages::security_policy_of(html, look);
    CHECK(has(policy, "; img-src https://pictures.example.org:8443; form-action 'self';"));
    CHECK(has(policy, "default-src 'none'; style-src 'sha256-"));
    CHECK(policy != pages.security_policy());
    const Look plain{};
    CHECK(Pages::security_policy_of(pages.render(Page::home, ""), plain) == pages.security_policy());
}

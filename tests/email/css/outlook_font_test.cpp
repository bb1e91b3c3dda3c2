#include "email/css/outlook_font.hpp"

#include <catch2/catch.hpp>

#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::test;
using email::outlook_font;

TEST_CASE("Outlook is told the first font that Windows has") {
    CHECK(outlook_font("Georgia, 'Times New Roman', serif") == "Georgia");
    CHECK(outlook_font("'Iowan Old Style', \"Palatino Linotype\", serif") == "Palatino Linotype");
    CHECK(outlook_font("Inter,segoe ui,sans-serif") == "Segoe UI");
}
TEST_CASE("where Windows has none of the fonts, Outlook is told one of their kind") {
    CHECK(outlook_font("Inter, sans-serif") == "Arial");
    CHECK(outlook_font("system-ui") == "Arial");
    CHECK(outlook_font("Menlo, ui-monospace") == "Consolas");
    CHECK(outlook_font("Charter, serif") == "Georgia");
    CHECK(outlook_font("Charter") == "Georgia");
}
TEST_CASE("all templates tell Outlook the newsletter's font, and one for code") {
    auto content = sample_content();
    content.newsletter.theme.font = "Inter, Verdana, sans-serif";
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        const auto begin = html.find("<!--[if mso]>");
        const std::string for_outlook = html.substr(begin, html.find("<![endif]-->", begin) - begin);
        CHECK(for_outlook.find("h6 { font-family: Verdana !important; }") != std::string::npos);
        CHECK(for_outlook.find("samp { font-family: Consolas, ") != std::string::npos);
    }
}

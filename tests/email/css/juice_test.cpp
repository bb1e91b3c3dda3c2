// What the npm package juice makes of the same documents.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "email/css/css_inliner.hpp"
#include "email/sample.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::test;
using nlohmann::json;

namespace {

json with_juice(const std::vector<std::string>& documents) {
    json request = json::array();
    for (const std::string& document : documents) {
        const auto ours = email::inline_css(document);
        REQUIRE(ours.has_value());
        request.push_back({{"document", document}, {"ours", *ours}});
    }
    const std::string root = test::source_folder();
    const auto done = run({"/usr/bin/env", "NODE_PATH=" + root + "/build/node_modules", "node",
                           root + "/tests/support/verify/juice.js"},
                          request.dump());
    INFO("juice comes from npm: ./dev test installs it below build/node_modules\n" << done.errors);
    REQUIRE(done.status == 0);
    return json::parse(done.output);
}

struct Small {
    std::string css;
    std::string body;
};

// juice does not put in the <tbody> that browsers, and we, see around rows: here it is always written.
const std::vector<Small> small_documents{
    {"p{color:red}", "<p>a</p><div>b</div>"},
    {".a{color:red}.b{color:blue}", "<p class='b a'>a</p><p class=a>b</p>"},
    {"#i{color:red}p{color:blue}", "<p id=i>a</p><p>b</p>"},
    {"p,b , i{color:red}", "<p>a <b>b</b> <i>c</i> <u>d</u></p>"},
    {"*{margin:0}", "<p>a<b>b</b></p>"},
    {"div p{color:red}", "<div><section><p>a</p></section></div><p>b</p>"},
    {"div>p{color:red}", "<div><section><p>a</p></section><p>c</p></div>"},
    {"div > .x > b{color:red}", "<div><p class=x><b>a</b></p><p><b class=x>b</b></p></div>"},
    {"div > p b{color:red}", "<div><p><i><u><b>a</b></u></i></p></div><p><b>c</b></p>"},
    {"table tr td{padding:1px}", "<table><tr><td>a</td><td>b</td></tr></table>"},
    {"table>tbody>tr>td{padding:1px}tbody>tr{color:red}",
     "<table><tbody><tr><td>a</td></tr></tbody></table>"},
    {"h1+p{color:red}", "<h1>a</h1><p>b</p><p>c</p>"},
    {"li:first-child{color:red}li:last-child{top:1px}", "<ul><li>a</li><li>b</li><li>c</li></ul>"},
    {"li:nth-child(2n){color:red}li:nth-child(odd){top:1px}", "<ol><li>a</li><li>b</li><li>c</li></ol>"},
    {"p:only-child{color:red}", "<div><p>a</p></div><div><p>a</p><p>b</p></div>"},
    {"a[href]{color:red}a[href^=\"https\"]{top:1px}",
     "<a>a</a><a href=http://e>b</a><a href=https://e>c</a>"},
    {"td[align=right]{color:red}[class~=x]{top:1px}",
     "<table><tr><td align=right>a<td class='y x'>b</table>"},
    {"a[href$=pdf]{color:red}a[href*=oo]{top:1px}[lang|=en]{left:2px}",
     "<a href=x.pdf>a</a><a href=foo>b</a><p lang=en-GB>c</p>"},
    {"p{color:red!important}.a{color:blue}", "<p class=a>a</p>"},
    {"p{color:red!important}", "<p style=\"color:blue;top:1px\">a</p>"},
    {"p{color:red;top:1px}", "<p style=\"color:blue\">a</p>"},
    {"p{color:red}p{color:blue}p{color:green}", "<p>a</p>"},
    {"p.x{margin:0}p{margin-top:1px}", "<p class=x>a</p>"},
    {"p{margin:0;margin-top:1px}.x{margin:2px}", "<p class=x>a</p>"},
    {"#a .b c{x:1}.z .b c{x:2}", "<div id=a class=z><p class=b><c>t</c></p></div>"},
    {"p{font-family:\"Segoe UI\",Arial , serif}", "<p>a</p>"},
    {"p{color:red}@media (max-width:480px){p{color:blue!important}}", "<p>a</p>"},
    {"a{color:red}a:hover{color:blue}a:visited{color:green}", "<a href=https://e>a</a>"},
    {"@font-face{font-family:F;src:url(f.woff)}p{font-family:F}", "<p>a</p>"},
    {"/* p{top:1px} */p{color:red/* no */}", "<p>a</p>"},
    {"p{background:url('a;b.png') no-repeat;color:red}", "<p>a</p>"},
    {"P{COLOR:red}.A{top:1px}.a{left:1px}", "<p class=A>a</p>"},
    {"p{}b{color:red}", "<p>a<b>b</b></p>"},
    {"p{mso-line-height-rule:exactly;-webkit-text-size-adjust:100%}", "<p>a</p>"},
    {"p{color:red}", "<p STYLE=' top : 1px ;; '>a</p>"},
    {".a.b{color:red}.a{color:blue}.b{color:green}", "<p class='a b'>a</p>"},
};

std::string document_of(const Small& small) {
    return "<!DOCTYPE html><html><head><style>" + small.css + "</style></head><body>" + small.body +
           "</body></html>";
}

// The template's style sheet with its fields filled in: alone on a page, so that nothing is inlined.
std::string style_sheet(const email::MailingContent& content, const std::string& name) {
    const std::string templates = test::source_folder() + "/templates/";
    const std::string own = name == "digest" ? "default" : name;  // it has none
    email::TemplateSources sources;
    sources.html = {"m.html", "{{{style}}}{{unsubscribe_url}}"};
    sources.text = {"m.txt", "{{unsubscribe_url}}"};
    sources.style = {"style.css", slurp(templates + own + "/style.css")};
    sources.strings["en"] = {{"en.txt", slurp(templates + "strings/en.txt")}};
    const auto set = email::TemplateSet::make(sources);
    REQUIRE(set.has_value());
    const auto mailing = email::render_mailing(*set, content);
    REQUIRE(mailing.has_value());
    const std::string page = email::html_of(*mailing, sample_recipient());
    return page.substr(0, page.rfind(sample_recipient().unsubscribe_url));
}

// The installed template as it is before inlining: its engine has run, its style sheet is in the head.
std::string template_document(const email::MailingContent& content, const std::string& name) {
    std::string html = email::html_of(rendered(content, name), sample_recipient());
    const auto begin = html.find("<style>\n", html.find("<![endif]-->"));
    const auto end = html.find("</style>", begin);
    REQUIRE(begin != std::string::npos);
    html.replace(begin, end - begin, "<style>\n" + style_sheet(content, name));
    return html;
}

}  // namespace

TEST_CASE("small documents are inlined as juice inlines them") {
    std::vector<std::string> documents;
    for (const Small& small : small_documents) documents.push_back(document_of(small));
    const json answer = with_juice(documents);
    CHECK(answer["differences"] == json::array());
    CHECK(answer["styled"] > 40);
}

TEST_CASE("the mails of all templates, in English and Hebrew, have the styles that juice gives them") {
    for (const char* name : {"default", "digest", "plain"}) {
        std::vector<std::string> documents;
        for (const char* language : {"en", "he"}) {
            auto content = sample_content();
            content.newsletter.language = language;
            content.newsletter.share = {"email", "bluesky"};
            documents.push_back(template_document(content, name));
            content.posts.push_back(sample_post_with_everything());
            documents.push_back(template_document(content, name));
        }
        INFO(name);
        const json answer = with_juice(documents);
        CHECK(answer["differences"] == json::array());
        CHECK(answer["styled"] > 150);
    }
}

#include "email/css/css_inliner.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "base/text.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::test;

namespace {

// The body's content, with `css` in the head.
std::string inlined(const std::string& css, const std::string& body) {
    const auto out =
        email::inline_css("<html><head><style>" + css + "</style></head><body>" + body + "</body></html>");
    REQUIRE(out.has_value());
    const auto begin = out->find("<body>");
    REQUIRE(begin != std::string::npos);
    return out->substr(begin + 6, out->find("</body>") - begin - 6);
}

// What stays in the head.
std::string kept(const std::string& css, const std::string& body) {
    const auto out =
        email::inline_css("<html><head><style>" + css + "</style></head><body>" + body + "</body></html>");
    REQUIRE(out.has_value());
    return out->substr(12, out->find("</head>") - 12);
}

}  // namespace

TEST_CASE("type, class and id selectors become style attributes") {
    CHECK(inlined("p{color:red}", "<p>a</p><b>c</b>") == "<p style=\"color:red\">a</p><b>c</b>");
    CHECK(inlined(".x{color:red}", "<p class=\"y x\">a</p>") == "<p style=\"color:red\" class=\"y x\">a</p>");
    CHECK(inlined("#i{color:red}", "<p id=i>a</p>") == "<p style=\"color:red\" id=i>a</p>");
}
TEST_CASE("descendants are matched at any depth, children only directly") {
    CHECK(inlined(".a b{x:1}", "<p class=a><i><b>t</b></i></p>") ==
          "<p class=a><i><b style=\"x:1\">t</b></i></p>");
    CHECK(inlined(".a>b{x:1}", "<p class=a><b>t</b><i><b>u</b></i></p>") ==
          "<p class=a><b style=\"x:1\">t</b><i><b>u</b></i></p>");
    CHECK(inlined("h1+p{x:1}", "<h1>h</h1> <p>a</p><p>b</p>") == "<h1>h</h1> <p style=\"x:1\">a</p><p>b</p>");
}
TEST_CASE("a child combinator behind a descendant is tried at every ancestor") {
    CHECK(inlined("div.a>p b{x:1}", "<div class=a><p><span><i><b>t</b></i></span></p></div>") ==
          "<div class=a><p><span><i><b style=\"x:1\">t</b></i></span></p></div>");
    CHECK(inlined(".a>.c .d{x:1}", "<i class=a><i class=c><u><i class=c><i class=d>t</i></i></u></i></i>") ==
          "<i class=a><i class=c><u><i class=c><i style=\"x:1\" class=d>t</i></i></u></i></i>");
}
TEST_CASE("the more specific rule wins, and of two equal ones the later") {
    CHECK(inlined(".x{color:red}p{color:blue}", "<p class=x>a</p>") ==
          "<p style=\"color:red\" class=x>a</p>");
    CHECK(inlined("p{color:red}p{color:blue}", "<p>a</p>") == "<p style=\"color:blue\">a</p>");
    CHECK(inlined("#i{x:1}p.a.b.c{x:2}", "<p id=i class='a b c'>t</p>") ==
          "<p style=\"x:1\" id=i class='a b c'>t</p>");
}
TEST_CASE("a longhand stays behind the shorthand that it refines") {
    CHECK(inlined("p.x{margin:0}p{margin-top:1px}", "<p class=x>a</p>") ==
          "<p style=\"margin-top:1px;margin:0\" class=x>a</p>");
    CHECK(inlined("p{margin:0}p{margin-top:1px}", "<p>a</p>") ==
          "<p style=\"margin:0;margin-top:1px\">a</p>");
}
TEST_CASE("a style attribute wins, except against !important") {
    CHECK(inlined("p{color:red;top:1px}", "<p style='color:blue'>a</p>") ==
          "<p style=\"top:1px;color:blue\">a</p>");
    CHECK(inlined("p{color:red !important}", "<p style='color:blue'>a</p>") ==
          "<p style=\"color:red\">a</p>");
    CHECK(inlined("p{color:red!important}", "<p style='color:blue !IMPORTANT'>a</p>") ==
          "<p style='color:blue !IMPORTANT'>a</p>");
}
TEST_CASE("attributes and places among the children select") {
    CHECK(inlined("td[align=\"right\"]{x:1}", "<table><tr><td align=right>a<td>b</table>") ==
          "<table><tr><td style=\"x:1\" align=right>a<td>b</table>");
    CHECK(inlined("p:last-child{x:1}", "<div><p>a</p><p>b</p></div>") ==
          "<div><p>a</p><p style=\"x:1\">b</p></div>");
    CHECK(inlined("li:nth-child(2n+1){x:1}", "<ul><li>a</li><li>b</li><li>c</li></ul>") ==
          "<ul><li style=\"x:1\">a</li><li>b</li><li style=\"x:1\">c</li></ul>");
}
TEST_CASE("double quotes of a style sheet do not end the attribute") {
    CHECK(inlined("p{font-family:\"Segoe UI\",serif}", "<p>a</p>") ==
          "<p style=\"font-family:'Segoe UI',serif\">a</p>");
    CHECK(inlined("p{quotes:\"'\" '&'}", "<p>a</p>") == "<p style=\"quotes:&quot;'&quot; '&amp;'\">a</p>");
}
TEST_CASE("media queries stay in the head, and win over what became an attribute") {
    CHECK(kept("p{color:red} @media (max-width:9px){p{color:blue} .gone{x:1}}", "<p>a</p>") ==
          "<style>\n@media (max-width:9px) {\np{color:blue!important}\n}\n</style>\n");
}
TEST_CASE("rules that nothing matches are dropped, with media queries that are then empty") {
    CHECK(kept("@media print{.gone{x:1}} .gone:hover{x:1} .gone{x:1} p{x:1}", "<p>a</p>") == "");
}
TEST_CASE("hover, pseudo-elements and font faces stay in the head") {
    CHECK(kept("a:hover,b:hover{x:1}a::before{x:2}@font-face{font-family:F;src:url(f)}", "<a>a</a>") ==
          "<style>\na:hover{x:1!important}\na::before{x:2!important}\n"
          "@font-face{font-family:F;src:url(f)}\n</style>\n");
}
TEST_CASE("rules for a mail client's own elements stay") {
    CHECK(kept("[data-ogsc] p{x:1}#outlook a{y:1}.ExternalClass *{z:1}", "<p>a</p>") ==
          "<style>\n[data-ogsc] p{x:1!important}\n#outlook a{y:1!important}\n"
          ".ExternalClass *{z:1!important}\n</style>\n");
}
TEST_CASE("merge marks, conditional comments and everything else stay octet by octet") {
    const std::string mark = email::mark_of(7);
    const std::string around =
        "<!DOCTYPE html>\n<!--[if mso]><style>p{x:1}</style><table><tr><td><![endif]-->\n<p  title='" + mark +
        "'\n>" + mark + "</P >&nbsp;<br/>";
    CHECK(email::inline_css(around) == around);
    CHECK(inlined("p{x:1}", "<!--[if mso]><p>a</p><![endif]--><p title='" + mark + "'>" + mark + "</p>") ==
          "<!--[if mso]><p>a</p><![endif]--><p style=\"x:1\" title='" + mark + "'>" + mark + "</p>");
    CHECK(inlined("p{color:red}", "<p style='width:" + mark + "px'>a</p>") ==
          "<p style='width:" + mark + "px'>a</p>");
}
TEST_CASE("what is broken in a style sheet costs that declaration or rule alone") {
    CHECK(inlined("p{color;x:1;:2;y:}} b{y:2} b{x:2} /* } */ i{z:'}'}", "<p>a</p><b>b</b><i>c</i>") ==
          "<p style=\"x:1\">a</p><b style=\"x:2\">b</b><i style=\"z:'}'\">c</i>");
    CHECK(inlined("p{x:1} b{x:2", "<b>b</b>") == "<b style=\"x:2\">b</b>");
}
TEST_CASE("a style sheet with too many rules is refused with the limit") {
    std::string css;
    for (int i = 0; i < 5001; ++i) css += "p{x:1}";
    const auto out = email::inline_css("<style>" + css + "</style>");
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().message == "a style sheet has more than 5000 rules");
}
TEST_CASE("a document that grows past the limit is refused") {
    std::string body;
    for (int i = 0; i < 1000; ++i) body += "<p>";
    const auto out = email::inline_css("<style>p{color:red}</style>" + body, {.output = 10'000});
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().code == email::InlineError::Code::document_too_large);
}
TEST_CASE("elements and rules that are too many to be compared are refused") {
    std::string css;
    for (int i = 0; i < 1000; ++i) css += "p{x:1}";
    std::string body;
    for (int i = 0; i < 1000; ++i) body += "<p>";
    const auto out = email::inline_css("<style>" + css + "</style>" + body, {.work = 1'000'000});
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().code == email::InlineError::Code::too_much_work);
}
TEST_CASE("a stop interrupts the inlining") {
    std::stop_source stop;
    stop.request_stop();
    const auto out = email::inline_css("<style>p{x:1}</style><p>", {}, stop.get_token());
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().code == email::InlineError::Code::interrupted);
}
TEST_CASE("an element has at most 200 declarations, those that win") {
    std::string first;
    std::string second;
    for (int i = 0; i < 150; ++i) {
        first += "a" + std::to_string(i) + ":1;";
        second += "b" + std::to_string(i) + ":2;";
    }
    const std::string out = inlined("p{" + first + "}p{" + second + "}", "<p>");
    CHECK(out.find("b0:2") != std::string::npos);
    CHECK(out.find("b149:2") != std::string::npos);
    CHECK(out.find("a100:1") != std::string::npos);
    CHECK(out.find("a99:1") == std::string::npos);
}
TEST_CASE("a rule is read up to its 200th declaration") {
    std::string many;
    for (int i = 0; i < 250; ++i) many += "a" + std::to_string(i) + ":1;";
    const std::string by_rule = inlined("p{" + many + "}p{z:1}", "<p>");
    CHECK(by_rule.find("a199:1") != std::string::npos);
    CHECK(by_rule.find("a200:1") == std::string::npos);
    CHECK(by_rule.find("z:1") != std::string::npos);
}
TEST_CASE("a selector with more tests than any style sheet has matches nothing") {
    std::string classes;
    for (int i = 0; i < 16; ++i) classes += ".c";
    CHECK(inlined(classes + "{x:1}", "<p class=c>").find("x:1") != std::string::npos);
    CHECK(inlined(classes + ".c{x:1}", "<p class=c>").find("x:1") == std::string::npos);
    CHECK(inlined("p" + replace_all(classes, ".c", ":nth-child(n)") + ":nth-child(n){x:1}", "<p>")
              .find("x:1") == std::string::npos);
}
TEST_CASE("the installed template keeps no rule in its head that could be an attribute") {
    const std::string html = email::html_of(rendered(sample_content()), sample_recipient());
    CHECK(html.find("<p style=\"") != std::string::npos);
    CHECK(html.find("prefers-color-scheme: dark") != std::string::npos);
    CHECK(html.find(".body p {") == std::string::npos);
}

#include "email/rendering.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/sample.hpp"
#include "support/places.hpp"

using namespace paperround;
using namespace paperround::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A mailing of templates that say only what a test asks for.
email::RenderedMailing with_templates(const std::string& html, const std::string& text,
                                      const email::MailingContent& content = sample_content()) {
    email::TemplateSources sources;
    sources.html = {"m.html", html + "{{unsubscribe_url}}"};
    sources.text = {"m.txt", text + "{{unsubscribe_url}}"};
    sources.strings["en"] = {
        {"en.txt",
         "by=By "
         "{author}\nread_more=m\nin_this_issue=i\nshare=s\nshare_email=e\ncolon=:\nfirst_day="
         "1\ndigest_subject={newsletter}: "
         "{title} {and_more}\nand_more=+{count}\nread_online=r\nwhy=w\nunsubscribe=u\ndate={day} {month}\n"
         "confirm_subject=c\nconfirm_text=t\nconfirm_button=b\nconfirm_note=n\n"
         "months=1,2,3,4,5,6,7,8,9,10,11,12"}};
    const auto set = email::TemplateSet::make(sources);
    REQUIRE(set.has_value());
    auto mailing = email::render_mailing(*set, content);
    REQUIRE(mailing.has_value());
    return *mailing;
}

}  // namespace

TEST_CASE("a message has each header field of the design once") {
    const std::string header = "\r\n" + header_of(composed(sample_content()));
    for (const char* name :
         {"From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe",
          "List-Unsubscribe-Post", "Feedback-ID", "Precedence", "MIME-Version", "Content-Type"}) {
        INFO(name);
        const std::string start = std::string("\r\n") + name + ": ";
        CHECK(contains(header, start));
        CHECK(header.find(start) == header.rfind(start));
    }
    CHECK_FALSE(contains(header, "Auto-Submitted"));
}
TEST_CASE("the fields say what the newsletter, the post and the reader are") {
    const std::string message = composed(sample_content());
    CHECK(field_of(message, "From") == "Field Notes <notes@example.org>");
    CHECK(field_of(message, "To") == "Robin Reader <reader@example.net>");
    CHECK(field_of(message, "Subject") == "On walking");
    CHECK(field_of(message, "Date") == "Sun, 22 Nov 2026 08:00:00 +0000");
    CHECK(field_of(message, "Message-ID") == "<d7.m42@news.example.org>");
    CHECK(field_of(message, "List-Id") == "Field Notes <notes.example.org>");
    CHECK(field_of(message, "List-Unsubscribe") == "<https://news.example.org/unsubscribe/abc123>");
    CHECK(field_of(message, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click");
    CHECK(field_of(message, "Feedback-ID") == "m42:notes:post:paperround");
    CHECK(field_of(message, "Reply-To").empty());
}
TEST_CASE("Reply-To stands where the newsletter has one") {
    auto content = sample_content();
    content.newsletter.reply_to = Mailbox{"The Editors", "editors@example.org"};
    CHECK(field_of(composed(content), "Reply-To") == "The Editors <editors@example.org>");
}
TEST_CASE("unsubscribing by mail stands behind the link") {
    auto recipient = sample_recipient();
    recipient.unsubscribe_mailto = "leave+abc@example.org";
    CHECK(field_of(composed(sample_content(), recipient), "List-Unsubscribe") ==
          "<https://news.example.org/unsubscribe/abc123>, <mailto:leave+abc@example.org>");
}
TEST_CASE("a Message-ID may come with or without its brackets") {
    auto recipient = sample_recipient();
    recipient.message_id = "x@example.org";
    CHECK(field_of(composed(sample_content(), recipient), "Message-ID") == "<x@example.org>");
}
TEST_CASE("a post without a title has its first words as subject, one without words the newsletter's title") {
    auto content = sample_content();
    content.posts.front().title.clear();
    CHECK(field_of(composed(content), "Subject") == "One foot, then the other.");
    content.posts.front().html = "<p><img src=\"https://example.org/i.jpg\"></p>";
    CHECK(field_of(composed(content), "Subject") == "Field Notes");
    content.posts.front().html = "<p>" + std::string(40, 'a') + " " + std::string(60, 'b') + "</p>";
    CHECK(field_of(composed(content), "Subject") == "=?UTF-8?Q?" + std::string(40, 'a') + "=E2=80=A6?=");
}
TEST_CASE("what a post does not have leaves no blank line in the text part") {
    auto content = sample_content();
    content.posts.front().subtitle.clear();
    content.posts.front().author.clear();
    CHECK(contains(email::text_of(rendered(content), sample_recipient()),
                   "On walking\n20 November 2026\nRead online: https://example.org/posts/one\n\n---"));
    content.posts.front().published.reset();
    CHECK(contains(email::text_of(rendered(content), sample_recipient()),
                   "On walking\nRead online: https://example.org/posts/one\n\n---"));
}
TEST_CASE("title and subtitle are wrapped in the text part") {
    auto content = sample_content();
    std::string words;
    for (int i = 0; i < 30; ++i) words += "word ";
    content.posts.front().title = content.posts.front().subtitle = words;
    for (const std::string_view line : split(email::text_of(rendered(content), sample_recipient()), '\n'))
        CHECK(line.size() <= 72);
}
TEST_CASE("code at the beginning keeps its indentation in the text part") {
    auto content = sample_content();
    content.posts.front().html = "<pre>a\n  b</pre>";
    CHECK(contains(email::text_of(rendered(content), sample_recipient()), "\n    a\n      b\n"));
}
TEST_CASE("a Hebrew post in an English newsletter runs from right to left, what stands around it does not") {
    auto content = sample_content();
    content.posts.front().title = "פריצת דרך בנמל";
    content.posts.front().html =
        "<p>המעבורת חזרה לנמל, 21 נקודות.</p><ul><li>ראשון</li></ul><blockquote>ציטוט</blockquote>";
    const std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK(contains(html, "<div dir=\"rtl\" style=\"text-align:right\"><p"));
    CHECK(contains(html, "padding-right:26px"));
    CHECK(contains(html, "border-right:3px"));
    CHECK_FALSE(contains(html, "border-left:3px"));
    CHECK(contains(html, "<html lang=\"en\" dir=\"ltr\">"));
}
TEST_CASE("an English post in a Hebrew newsletter runs from left to right") {
    auto content = sample_content();
    content.newsletter.language = "he";
    const std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK(contains(html, "<div dir=\"ltr\" style=\"text-align:left\"><p"));
}
TEST_CASE("the page online is offered above the article and below it") {
    const std::string html = email::html_of(rendered(sample_content()), sample_recipient());
    const auto first = html.find(">Read online<");
    REQUIRE(first != std::string::npos);
    CHECK(first < html.find("One foot"));
    CHECK(html.find(">Read online<", html.find("One foot, then the other.</p>")) != std::string::npos);
}
TEST_CASE("a given Feedback-ID is used as it is") {
    auto content = sample_content();
    content.feedback_id = "1:notes:digest:sender";
    CHECK(field_of(composed(content), "Feedback-ID") == "1:notes:digest:sender");
}
TEST_CASE("one mailing and one reader make the same message every time") {
    CHECK(composed(sample_content()) == composed(sample_content()));
}
TEST_CASE("title and text reach both parts, the address and the way out too") {
    const auto mailing = rendered(sample_content());
    for (const std::string& part :
         {email::html_of(mailing, sample_recipient()), email::text_of(mailing, sample_recipient())}) {
        for (const char* wanted :
             {"Field Notes", "On walking", "Slowly, and with a map", "By Ada Bell", "20 November 2026",
              "One foot, then the other.", "https://example.org/posts/one", "1 High Street, Anytown",
              "https://news.example.org/unsubscribe/abc123"}) {
            INFO(wanted);
            CHECK(contains(part, wanted));
        }
    }
}
TEST_CASE("fields without a value leave nothing behind") {
    auto content = sample_content();
    content.posts.front().author = content.posts.front().subtitle = content.posts.front().link = "";
    content.posts.front().published.reset();
    const std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK_FALSE(contains(html, "By "));
    CHECK_FALSE(contains(html, "Read online"));
    CHECK_FALSE(contains(html, "href=\"\""));
}
TEST_CASE("titles and names are escaped in HTML and plain in text") {
    auto content = sample_content();
    content.posts.front().title = "<b>R&D</b>";
    const auto mailing = rendered(content);
    CHECK(contains(email::html_of(mailing, sample_recipient()), "&lt;b&gt;R&amp;D&lt;/b&gt;"));
    CHECK(contains(email::text_of(mailing, sample_recipient()), "<b>R&D</b>"));
}
TEST_CASE("a reader's name is escaped in HTML and plain in text") {
    const auto mailing = with_templates("<p>{{subscriber.name}}</p>", "{{subscriber.name}} ");
    auto recipient = sample_recipient();
    recipient.subscriber.name = "<script>&\"";
    CHECK(contains(email::html_of(mailing, recipient), "<p>&lt;script&gt;&amp;&quot;</p>"));
    CHECK(contains(email::text_of(mailing, recipient), "<script>&\" "));
}
TEST_CASE("a reader without the attribute gets the fallback, escaped too") {
    const auto mailing =
        with_templates("{{subscriber.city|your <town>}};", "{{subscriber.city|your <town>}};");
    auto recipient = sample_recipient();
    CHECK(contains(email::html_of(mailing, recipient), "your &lt;town&gt;;"));
    CHECK(contains(email::text_of(mailing, recipient), "your <town>;"));
    recipient.subscriber.attributes["city"] = "Łódź";
    CHECK(contains(email::text_of(mailing, recipient), "Łódź;"));
    recipient.subscriber.attributes["city"] = "  ";
    CHECK(contains(email::text_of(mailing, recipient), "your <town>;"));
}
TEST_CASE("an attribute cannot bring line ends or controls") {
    const auto mailing = with_templates("x", "{{subscriber.city}};");
    auto recipient = sample_recipient();
    recipient.subscriber.attributes["city"] = std::string("a\r\n.\r\nb\0c", 9);
    CHECK(contains(email::text_of(mailing, recipient), "a . bc;"));
}
TEST_CASE("what looks like a tag in a post stays as it is") {
    auto content = sample_content();
    content.posts.front().title = "{{unsubscribe_url}} {{{post.html}}}";
    content.posts.front().html = "<p>{{unsubscribe_url}} {{subscriber.name}} {{#x}}</p>";
    const auto mailing = rendered(content);
    CHECK(contains(email::html_of(mailing, sample_recipient()),
                   ">{{unsubscribe_url}} {{subscriber.name}} {{#x}}</p>"));
    CHECK(field_of(email::compose(mailing, sample_recipient()), "Subject") ==
          "{{unsubscribe_url}} {{{post.html}}}");
}
TEST_CASE("a post cannot forge the marks of merge fields") {
    auto content = sample_content();
    const std::string forged =
        "\x01"
        "0\x02";
    content.posts.front().title = "T" + forged;
    content.posts.front().html = "<p title=\"&#1;0&#2;\">" + forged + "&#1;0&#2;&#x1;0&#x2;</p>";
    content.posts.front().subtitle = content.posts.front().author = content.newsletter.title = "N" + forged;
    const auto mailing = rendered(content);
    const std::string html = email::html_of(mailing, sample_recipient());
    const std::string url = sample_recipient().unsubscribe_url;
    CHECK(contains(html, url));
    CHECK(html.find(url) == html.rfind(url));
    CHECK(html.find('\x01') == std::string::npos);
}
TEST_CASE("a post cannot break out of the template") {
    auto content = sample_content();
    content.posts.front().html =
        "</td></tr></table></body></html><!-- <script>alert(1)</script><style>*{display:none}</style>";
    const std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK_FALSE(contains(html, "alert(1)"));
    CHECK_FALSE(contains(html, "display:none}"));
    CHECK(html.find("</html>") == html.rfind("</html>"));
    CHECK(contains(html, "Unsubscribe"));
}
TEST_CASE("a Hebrew newsletter runs from right to left") {
    auto content = sample_content();
    content.newsletter.language = "he";
    const std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK(contains(html, "<html lang=\"he\" dir=\"rtl\">"));
    CHECK(contains(html, "ביטול ההרשמה"));
    CHECK(contains(html, "20 בנובמבר 2026"));
}
TEST_CASE("the inbox's second line is the subtitle, or the beginning of the text") {
    auto content = sample_content();
    const auto preheader = [&] {
        return email::html_of(with_templates("[{{preheader}}]", "", content), sample_recipient());
    };
    CHECK(contains(preheader(), "[Slowly, and with a map]"));
    content.posts.front().subtitle = "";
    CHECK(contains(preheader(), "[One foot, then the other.]"));
    content.posts.front().html = "<p>";
    for (int i = 0; i < 100; ++i) content.posts.front().html += "word ";
    // 32 times "word " are the limit of 160 octets; the space at the cut goes, and an ellipsis comes.
    std::string expected = "[word";
    for (int i = 1; i < 32; ++i) expected += " word";
    CHECK(contains(preheader(), expected + "\u2026]"));
}
TEST_CASE("every octet on the wire is 7-bit, every line ends with CRLF and is at most 998 long") {
    auto content = sample_content();
    content.posts.front().title = "שלום 🙂 “x”";
    content.posts.front().html = "<p>" + std::string(2000, 'x') + "</p><p>ж🙂\r\n.\rFrom x</p>";
    auto recipient = sample_recipient();
    recipient.subscriber.name = "Zoë 🙂";
    const std::string message = composed(content, recipient);
    CHECK(is_ascii(message));
    CHECK(message.find('\0') == std::string::npos);
    CHECK(message.ends_with("--\r\n"));
    for (std::string_view line : split(std::string_view(message).substr(0, message.size() - 1), '\n')) {
        REQUIRE(line.ends_with('\r'));
        CHECK(line.find('\r') == line.size() - 1);
        CHECK(line.size() <= 999);
        CHECK_FALSE(line.starts_with('.'));
    }
}
TEST_CASE("a post can write the boundary into its text and change nothing") {
    auto content = sample_content();
    const std::string before = composed(content);
    const auto at = before.find("boundary=\"") + 10;
    const std::string boundary = before.substr(at, before.find('"', at) - at);
    REQUIRE(boundary.size() > 10);
    content.posts.front().html = "<pre>\n--" + boundary + "\n--" + boundary + "--\n</pre>";
    const std::string message = composed(content);
    std::size_t count = 0;
    for (auto found = message.find("\r\n--" + boundary); found != std::string::npos;
         found = message.find("\r\n--" + boundary, found + 1)) {
        ++count;
    }
    CHECK(count == 3);
}
TEST_CASE("a post that is too large is refused with the reason") {
    auto content = sample_content();
    content.posts.front().html.assign((10U << 20U) + 1, 'x');
    const auto mailing = email::render_mailing(installed_templates(), content);
    REQUIRE_FALSE(mailing.has_value());
    CHECK(mailing.error().code == email::RenderError::Code::post_too_large);
    CHECK(mailing.error().message == "the post's HTML is larger than 10240 KiB");
}
TEST_CASE("many threads compose from one mailing") {
    const auto mailing = rendered(sample_content());
    const std::string expected = email::compose(mailing, sample_recipient());
    std::vector<std::jthread> threads;
    std::atomic<int> same = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 50; ++k)
                same += email::compose(mailing, sample_recipient()) == expected ? 1 : 0;
        });
    }
    threads.clear();
    CHECK(same == 200);
}
TEST_CASE("line ends in what becomes a header field cannot begin another") {
    auto content = sample_content();
    const std::string attack = "x\r\nBcc: all@example.org\r\n\r\nbody";
    content.posts.front().title = content.newsletter.title = content.newsletter.from.name = attack;
    content.feedback_id = content.newsletter.list_id = attack;
    auto recipient = sample_recipient();
    recipient.subscriber.name = recipient.message_id = attack;
    recipient.unsubscribe_url = "https://example.org/" + attack;
    recipient.unsubscribe_mailto = attack;
    const std::string header = header_of(composed(content, recipient));
    CHECK_FALSE(contains(header, "\r\nBcc"));
    CHECK_FALSE(contains(header, "\nbody"));
    CHECK(contains(header, "\r\nContent-Type: multipart/alternative;"));
}

namespace {

email::MailingContent digest_content() {
    auto content = sample_content();
    content.posts.push_back({.id = "p2",
                             .link = "https://example.org/posts/two",
                             .title = "On {author} & rest",
                             .author = "Ben Coe",
                             .html = "<p>Sit <b>down</b>.</p>"});
    content.posts.push_back({.id = "p3", .title = "On sleep", .html = "<p>Lie down.</p>"});
    return content;
}

}  // namespace

TEST_CASE("a digest repeats a section for each post, with that post's fields") {
    const auto mailing =
        with_templates("{{#posts}}[{{post.title}}|{{strings.by}}|{{{post.html}}}|{{post.link}}]{{/posts}}",
                       "{{#posts}}[{{post.title}}|{{post.excerpt}}]{{/posts}}{{#digest}}several{{/digest}}",
                       digest_content());
    CHECK(contains(email::html_of(mailing, sample_recipient()),
                   "[On walking|By Ada Bell|<p>One foot, then the other.</p>|https://example.org/posts/one]"
                   "[On {author} &amp; rest|By Ben Coe|<p>Sit <b>down</b>.</p>|https://example.org/posts/two]"
                   "[On sleep|By |<p>Lie down.</p>|]"));
    CHECK(contains(email::text_of(mailing, sample_recipient()),
                   "[On walking|One foot, then the other.][On {author} & rest|Sit down.][On sleep|Lie "
                   "down.]several"));
}
TEST_CASE("what follows the first post can be set off from it") {
    const std::string source =
        "{{#following}}none{{/following}}{{#posts}}{{#following}}--{{/following}}{{post.title}};{{/posts}}";
    const auto mailing = with_templates(source, "", digest_content());
    CHECK(contains(email::html_of(mailing, sample_recipient()),
                   "On walking;--On {author} &amp; rest;--On sleep;"));
    CHECK_FALSE(contains(email::html_of(mailing, sample_recipient()), "none"));
}
TEST_CASE("the installed templates have a rule between posts, and none before the first or behind the last") {
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(digest_content(), name), sample_recipient());
        std::size_t rules = 0;
        for (auto at = html.find("class=\"rule\""); at != std::string::npos;
             at = html.find("class=\"rule\"", at + 1))
            ++rules;
        CHECK(rules == 2);
        const auto first = html.find("class=\"rule\"");
        CHECK(html.find(">On walking<") < first);
        CHECK(html.rfind("class=\"rule\"") < html.find(">On sleep<"));
        CHECK_FALSE(
            contains(email::html_of(rendered(sample_content(), name), sample_recipient()), "class=\"rule\""));
    }
}
TEST_CASE("a wide table scrolls in its box instead of widening the mail") {
    auto content = sample_content();
    content.posts.front().link.clear();
    content.posts.front().html = "<table><tr><td>x</td></tr></table>";
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        const auto tag = [&](std::size_t at) { return html.substr(at, html.find('>', at) - at); };
        const auto box = html.rfind("<div", html.find(" class=\"table\""));
        CHECK(contains(tag(box), "overflow-x:auto"));
        // An automatic layout would make the columns around the box as wide as what it holds.
        for (auto around = html.find("<table", html.find("</head>")); around < box;
             around = html.find("<table", around + 1)) {
            if (html.find("mso", html.rfind('\n', around)) < around) continue;  // Outlook's own
            CHECK(contains(tag(around), "table-layout:fixed"));
        }
    }
}
TEST_CASE("a column that the post aligns to the right stays there") {
    auto content = sample_content();
    content.posts.front().link.clear();  // a digest shows it whole
    content.posts.front().html = "<table><tr><td align=\"right\">12 cm</td></tr></table>";
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        const auto cell = html.rfind("<td", html.find("12 cm"));
        CHECK(contains(html.substr(cell, html.find('>', cell) - cell), "text-align:right"));
    }
}
TEST_CASE("outside of the section a digest speaks of its first post") {
    const auto mailing = with_templates("{{post.title}} {{strings.by}}", "", digest_content());
    CHECK(contains(email::html_of(mailing, sample_recipient()), "On walking By Ada Bell"));
}
TEST_CASE("a digest's subject names the first post and how many more there are, its preheader the others") {
    const auto content = digest_content();
    CHECK(field_of(composed(content), "Subject") == "Field Notes: On walking and 2 more");
    CHECK(field_of(composed(content), "Feedback-ID") == "m42:notes:digest:paperround");
    CHECK(contains(email::html_of(with_templates("[{{preheader}}]", "", content), sample_recipient()),
                   "[On {author} &amp; rest \u00b7 On sleep]"));
}
TEST_CASE("a single post is no digest") {
    const auto mailing = with_templates("{{^digest}}one{{/digest}}{{#posts}}x{{/posts}};", "");
    CHECK(contains(email::html_of(mailing, sample_recipient()), "onex;"));
}
TEST_CASE("the default template shows every post of a digest whole") {
    const auto mailing = rendered(digest_content());
    for (const std::string& part :
         {email::html_of(mailing, sample_recipient()), email::text_of(mailing, sample_recipient())}) {
        CHECK(contains(part, "One foot, then the other."));
        CHECK(contains(part, "By Ben Coe"));
        CHECK(contains(part, "Lie down."));
    }
}
TEST_CASE("a mailing without posts is refused") {
    auto content = sample_content();
    content.posts.clear();
    const auto mailing = email::render_mailing(installed_templates(), content);
    REQUIRE_FALSE(mailing.has_value());
    CHECK(mailing.error().code == email::RenderError::Code::no_post);
}

TEST_CASE("a mailing speaks the reader's language around a post that keeps its own") {
    auto content = sample_content();
    content.newsletter.language = "he";
    content.language = "fr";
    const auto mailing = rendered(content);
    const std::string html = email::html_of(mailing, sample_recipient());
    CHECK(contains(html, "<html lang=\"he\" dir=\"rtl\">"));
    CHECK(contains(html, " class=\"author\" lang=\"fr\" dir=\"ltr\">"));
    CHECK(contains(html, ">Par Ada Bell</span>"));
    CHECK(contains(html, "Se désabonner"));
    CHECK(contains(email::text_of(mailing, sample_recipient()), "Par Ada Bell · 20 novembre 2026"));
}
TEST_CASE("a post's date is that of the newsletter's zone") {
    auto content = sample_content();
    content.posts.front().published = parse_rfc3339("2026-11-20T23:30:00Z");
    content.newsletter.schedule.zone = "Europe/Berlin";
    CHECK(contains(email::text_of(rendered(content), sample_recipient()), "21 November 2026"));
}
TEST_CASE("the theme reaches the style sheet and the page, with text that can be read on the accent") {
    auto content = sample_content();
    content.newsletter.theme = {.accent = "#ffd400", .logo = "https://example.org/logo.png", .width = 640};
    const std::string html = email::html_of(rendered(content), sample_recipient());
    const auto button = html.rfind("<a ", html.find(" class=\"button-link\""));
    REQUIRE(button != std::string::npos);
    const std::string tag = html.substr(button, html.find('>', button) - button);
    CHECK(contains(tag, "#1d1b18"));  // white could not be read on the accent
    CHECK(contains(html, "#ffd400"));
    CHECK(contains(html, "max-width:640px"));
    CHECK(contains(html,
                   " class=\"logo logo-plate\" src=\"https://example.org/logo.png\" alt=\"Field Notes\""));
    CHECK_FALSE(contains(html, "{{"));
}
TEST_CASE("share links stand where the newsletter wants them") {
    auto content = sample_content();
    CHECK_FALSE(contains(email::html_of(rendered(content), sample_recipient()), "bsky.app"));
    content.newsletter.share = {"bluesky", "email"};
    const std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK(contains(html, "https://bsky.app/intent/compose?text=On%20walking%20https%3A%2F%2Fexample.org"));
    CHECK(contains(html, ">Email</span></a>"));
}
TEST_CASE("a test's mark stands before its subject") {
    auto content = sample_content();
    content.subject_mark = "[Test] ";
    CHECK(field_of(composed(content), "Subject") == "[Test] On walking");
}
TEST_CASE(
    "the digest template shows the beginning of each post, and the whole of one that stands nowhere else") {
    const auto set = email::load_template_set({test::source_folder() + "/templates", ""}, "digest");
    REQUIRE(set.has_value());
    auto content = digest_content();
    content.posts[1].html = "<p>Sit down.</p><table><tr><td>inside</td></tr></table>";
    content.posts[2].html = "<p>Lie down.</p><table><tr><td>whole</td></tr></table>";
    const auto mailing = email::render_mailing(*set, content);
    REQUIRE(mailing.has_value());
    for (const std::string& part :
         {email::html_of(*mailing, sample_recipient()), email::text_of(*mailing, sample_recipient())}) {
        CHECK(contains(part, "Sit down."));
        CHECK_FALSE(contains(part, "inside"));
        CHECK(contains(part, "whole"));
        CHECK(contains(part, "Read on"));
        CHECK(contains(part, "https://example.org/posts/two"));
    }
}
TEST_CASE("a picture that the article shows is not shown a second time above it") {
    auto content = sample_content();
    content.posts.front().image = "https://example.org/uploads/ship.jpg";
    const auto count = [&](const std::string& name) {
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        std::size_t found = 0;
        for (auto at = html.find("<img"); at != std::string::npos; at = html.find("<img", at + 1)) ++found;
        return found;
    };
    for (const char* name : {"default", "plain"}) {
        INFO(name);
        content.posts.front().html =
            "<img src=\"https://i0.wp.com/example.org/uploads/ship-725x209.jpg?ssl=1\"><p>x</p>";
        CHECK(count(name) == 1);
        content.posts.front().html = "<img src=\"https://example.org/uploads/quay.jpg\"><p>x</p>";
        CHECK(count(name) == 2);
    }
    // A digest shows the beginning of the text, and no picture of it.
    content.posts.front().html = "<img src=\"https://example.org/uploads/ship.jpg\"><p>x</p>";
    content.posts.push_back(content.posts.front());
    CHECK(count("digest") == 2);
}
TEST_CASE("the post's picture is as wide as there is room, but no wider than it is") {
    auto content = sample_content();
    content.posts.front().image = "https://example.org/a.jpg";
    const auto width = [&] {
        return email::html_of(with_templates("[{{post.lead_width}} {{post.image_width}}]", "", content),
                              sample_recipient());
    };
    CHECK(contains(width(), "[600 520]"));
    content.picture_sizes.emplace("https://example.org/a.jpg", PictureSize{1600, 900});
    CHECK(contains(width(), "[600 520]"));
    content.picture_sizes["https://example.org/a.jpg"] = {400, 300};
    CHECK(contains(width(), "[400 400]"));
    // A thumbnail, as it turned out.
    content.picture_sizes["https://example.org/a.jpg"] = {150, 150};
    CHECK(contains(email::html_of(with_templates("[{{post.image}}{{post.lead_image}}]", "", content),
                                  sample_recipient()),
                   "[]"));
    content.posts.front().image = "https://i.ytimg.com/vi/x/hqdefault.jpg";
    CHECK(contains(width(), "[480 480]"));
}
TEST_CASE("direction and language stand where webmail leaves them") {
    auto content = sample_content();
    content.newsletter.language = "he";
    for (const char* name : {"default", "digest", "plain"}) {
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        CHECK(html.find("class=\"page\" lang=\"he\" dir=\"rtl\" width=\"100%\"") != std::string::npos);
    }
}
TEST_CASE("fillers behind the preheader are as many as a short one needs") {
    auto content = sample_content();
    const auto fillers = [&](const std::string& preheader) {
        content.posts.front().subtitle = preheader;
        const std::string html =
            email::html_of(with_templates("{{preheader_filler}}", "", content), sample_recipient());
        std::size_t found = 0;
        for (auto at = html.find("\u034F"); at != std::string::npos; at = html.find("\u034F", at + 1))
            ++found;
        return found;
    };
    CHECK(fillers("Slowly") == 8);
    CHECK(fillers(std::string(60, 'x')) == 4);
    CHECK(fillers(std::string(70, 'x')) == 0);
    CHECK(fillers(std::string(150, 'x')) == 0);
}
TEST_CASE("quotes are slanted where the script has italics") {
    auto content = sample_content();
    const auto is_slanted = [&](const std::string& text) {
        content.posts.front().html = "<p>" + text + "</p><blockquote><p>" + text + "</p></blockquote>";
        const std::string html = email::html_of(rendered(content), sample_recipient());
        const auto quote = html.find("<blockquote");
        return html.substr(quote, html.find('>', quote) - quote).find("font-style:italic") !=
               std::string::npos;
    };
    CHECK(is_slanted("One foot, then the other."));
    CHECK(is_slanted("\u0448\u0430\u0433 \u0437\u0430 \u0448\u0430\u0433\u043e\u043c"));
    CHECK_FALSE(is_slanted("\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd (IMAP)"));
    CHECK_FALSE(is_slanted("\u4e00\u6b69\u305a\u3064"));
    CHECK_FALSE(is_slanted("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"));
}
TEST_CASE("the logo has another for the dark, or a light plate behind it") {
    auto content = sample_content();
    content.newsletter.theme.logo = "https://example.org/logo.png";
    std::string html = email::html_of(rendered(content), sample_recipient());
    CHECK(html.find("logo-plate\" src=\"https://example.org/logo.png\"") != std::string::npos);
    CHECK(html.find(".logo-plate{padding:6px 10px!important;background-color:#ffffff!important") !=
          std::string::npos);
    content.newsletter.theme.logo_dark = "https://example.org/logo-dark.png";
    html = email::html_of(rendered(content), sample_recipient());
    CHECK(html.find("src=\"https://example.org/logo-dark.png\"") != std::string::npos);
    CHECK(html.find(".logo-day{display:none!important}") != std::string::npos);
    CHECK(html.find("class=\"logo logo-plate\"") == std::string::npos);
}
// Roundcube takes the class of <body> for one of its own, and then knows no style sheet of the mail any more.
TEST_CASE("the body has no class") {
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(sample_content(), name), sample_recipient());
        const auto body = html.find("<body");
        CHECK_FALSE(contains(html.substr(body, html.find('>', body) - body), "class="));
        CHECK(contains(html, "body,.page{background-color:#151412!important}"));
    }
}
// Thunderbird leaves the colour of dark text in the dark where `background:` stands beside it.
TEST_CASE("no dark text stays dark in Thunderbird") {
    auto content = sample_content();
    content.posts.front().link.clear();  // a digest shows it whole
    content.posts.front().html =
        "<blockquote><p>One foot</p></blockquote><pre><code>x</code></pre><p><kbd>y</kbd></p>";
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        const auto quote = html.find("<blockquote");
        CHECK(contains(html.substr(quote, html.find('>', quote) - quote), "background-color:transparent"));
        for (auto at = html.find("style=\""); at != std::string::npos; at = html.find("style=\"", at + 1)) {
            const std::string style = html.substr(at, html.find('"', at + 7) - at);
            CHECK_FALSE(contains(style, "background:"));
        }
    }
}
// Dark ink on no background vanishes in the dark; a background Thunderbird would take away.
TEST_CASE("pictures have a light ground that stays in the dark") {
    auto content = sample_content();
    content.newsletter.theme.logo = "https://example.org/logo.png";
    content.posts.front().link.clear();
    content.posts.front().image = "https://example.org/lead.png";
    content.posts.front().html = "<p><img src=\"https://example.org/curve.png\" alt=\"a curve\"></p>";
    for (const char* name : {"default", "digest", "plain"}) {
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        // litehtml, the viewer of Claws Mail, knows no shadow.
        CHECK(contains(html.substr(html.find("prefers-color-scheme")), ".body img"));
        for (const char* picture : {"logo.png", "lead.png", "curve.png"}) {
            INFO(name << ' ' << picture);
            const auto at = html.find(picture);
            if (at == std::string::npos) continue;  // `plain` has no logo
            const auto image = html.rfind("<img", html.find("alt=", at));
            const std::string tag = html.substr(image, html.find('>', image) - image);
            CHECK(contains(tag, "box-shadow:inset 0 0 0 400px #ffffff"));
            // What stands in the place of a picture that is blocked stays dark on it.
            CHECK((contains(tag, "alt=\"\"") || contains(tag, "background:transparent")));
        }
    }
}
TEST_CASE("text on a background of the post's own keeps off its edge") {
    auto content = sample_content();
    content.posts.front().link.clear();
    content.posts.front().html =
        "<p style=\"background-color:#2f5d3a;color:#fff\">Bring envelopes.</p>"
        "<div style=\"background-color:#fff4d6;padding:30px\">In short.</div>"
        "<p>A <span style=\"background-color:#fff4d6\">marked</span> word.</p>";
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        const auto tag_before = [&](const char* text) {
            const auto start = html.rfind("tinted", html.find(text));
            return html.substr(start, html.find('>', start) - start);
        };
        CHECK(contains(tag_before("Bring envelopes."), "padding:12px 16px"));
        CHECK(contains(tag_before("In short."), "padding:30px"));
        CHECK_FALSE(contains(tag_before("marked"), "padding"));
    }
}
// Evolution has `unicode-bidi: plaintext` for paragraphs, and the line is made of parts that have a
// direction.
TEST_CASE("the line below a title keeps the direction of what stands around it") {
    for (const char* name : {"default", "digest", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(sample_content(), name), sample_recipient());
        const auto byline = html.rfind("<p", html.find("class=\"byline\""));
        CHECK(contains(html.substr(byline, html.find('>', byline) - byline), "unicode-bidi:isolate"));
    }
}
TEST_CASE("words in cells that have a background keep off its edge") {
    auto content = sample_content();
    content.posts.front().link.clear();
    content.posts.front().html =
        "<table><tr bgcolor=\"#dddddd\"><th>Hours</th></tr><tr><td><p>Nine</p></td></tr></table>"
        "<p>a</p><table><tr><td>plain</td></tr></table>";
    for (const char* name : {"default", "plain"}) {
        INFO(name);
        const std::string html = email::html_of(rendered(content, name), sample_recipient());
        const auto tag_before = [&](const char* text, const char* tag) {
            const auto start = html.rfind(tag, html.find(text));
            return html.substr(start, html.find('>', start) - start);
        };
        CHECK(contains(tag_before(">Hours<", "<th"), "padding-left:10px"));
        CHECK(contains(tag_before(">Nine<", "<td"), "padding-left:10px"));
        CHECK_FALSE(contains(tag_before(">plain<", "<td"), "padding-left:10px"));
        // The last paragraph's margin would be room below the cell's words.
        CHECK(contains(tag_before(">Nine<", "<p"), "margin-bottom:0"));
    }
}
TEST_CASE("a digest whose pictures are blocked says each title once") {
    const std::string html = email::html_of(rendered(
                                                [] {
                                                    auto content = digest_content();
                                                    for (feed::Post& post : content.posts)
                                                        post.image = "https://example.org/a.jpg";
                                                    return content;
                                                }(),
                                                "digest"),
                                            sample_recipient());
    const auto first = html.find("On walking");
    CHECK(html.find("<body") < first);
    CHECK(html.find("alt=\"On walking\"") == std::string::npos);
}

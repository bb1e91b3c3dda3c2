// What two other people's parsers make of our messages: Python's email package and GMime.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/sample.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/seeded_random.hpp"
#include "support/verify/gmime_reader.hpp"

using namespace paperround;
using namespace paperround::test;

namespace {

nlohmann::json reread_with_python(const std::string& message) {
    const auto done = run({python, test::source_folder() + "/tests/support/verify/reread.py"}, message);
    INFO(done.errors);
    REQUIRE(done.status == 0);
    return nlohmann::json::parse(done.output);
}

std::string crlf(const std::string& text) {
    return replace_all(text, "\n", "\r\n");
}

email::MailingContent difficult_content() {
    auto content = sample_content();
    content.newsletter.title = "רשימות שדה, “Field Notes” 🗞️";
    content.newsletter.from.name = "רות \"Ruth\" O’Neil, 📰";
    content.newsletter.reply_to = Mailbox{"Ruth, O'Neil", "ruth@example.org"};
    content.posts.front().title =
        "שלום עולם — “curly” quotes, 👩‍👩‍👧‍👦 "
        "and a very long title that has to be folded over "
        "several "
        "lines of the header";
    content.posts.front().html =
        "<p>עברית 🙂 “quoted” ‑ non‑breaking — dash…</p>\n<pre>.a line that begins with a "
        "dot\n.\n..\n"
        "From a line that begins so\ntrailing   \n=3D=?UTF-8?Q?x?=\n" +
        std::string(2000, 'x') + "\n</pre>";
    return content;
}

email::Recipient difficult_recipient() {
    auto recipient = sample_recipient();
    recipient.subscriber.name = "ג׳ון 🙂 “Smith”, Jr. <x@y>";
    recipient.unsubscribe_url = "https://news.example.org/unsubscribe/" + std::string(100, 'A');
    recipient.unsubscribe_mailto = "leave@example.org";
    return recipient;
}

void check_python(const email::MailingContent& content, const email::Recipient& recipient) {
    const auto mailing = rendered(content);
    const auto reread = reread_with_python(email::compose(mailing, recipient));
    CHECK(reread["defects"] == nlohmann::json::array());
    CHECK(reread["subject"] == content.posts.front().title);
    CHECK(reread["from"] == nlohmann::json({content.newsletter.from.name, content.newsletter.from.address}));
    CHECK(reread["to"] == nlohmann::json({recipient.subscriber.name, recipient.subscriber.address}));
    CHECK(reread["types"] == nlohmann::json({"text/plain", "text/html"}));
    CHECK(reread["text"] == crlf(email::text_of(mailing, recipient)));
    CHECK(reread["html"] == crlf(email::html_of(mailing, recipient)));
}

std::string random_text(Random& random, std::size_t most) {
    static const std::vector<std::pair<char32_t, char32_t>> ranges{
        {0x21, 0x7E},     {0x21, 0x7E},       {0xA1, 0x17F},    {0x5D0, 0x5EA},
        {0x4E00, 0x4FFF}, {0x1F600, 0x1F64F}, {0x2010, 0x2027}, {0x300, 0x36F}};
    std::string text;
    const std::size_t length = 1 + random.next() % most;
    for (std::size_t i = 0; i < length; ++i) {
        const auto& [first, last] = ranges[random.next() % ranges.size()];
        append_utf8(text, first + static_cast<char32_t>(random.next() % (last - first + 1)));
        if (random.next() % 6 == 0) text += ' ';
    }
    return collapse_spaces(text);
}

}  // namespace

TEST_CASE("Python reads back an ordinary mailing exactly") {
    check_python(sample_content(), sample_recipient());
}

TEST_CASE("Python reads back Hebrew, emoji, curly quotes, a 2 000-character line, dots and From exactly") {
    check_python(difficult_content(), difficult_recipient());
}

TEST_CASE("Python reads back an address in UTF-8 exactly") {
    auto recipient = sample_recipient();
    recipient.subscriber.name = "Jürgen Groß";
    recipient.subscriber.address = "jürgen@xn--mller-kva.example";
    check_python(sample_content(), recipient);
}

TEST_CASE("Python finds every field of the difficult mailing") {
    const auto reread = reread_with_python(composed(difficult_content(), difficult_recipient()));
    CHECK(reread["reply_to"] == nlohmann::json({"Ruth, O'Neil", "ruth@example.org"}));
    CHECK(reread["date"] == "2026-11-22T08:00:00+00:00");
    CHECK(reread["message_id"] == "<d7.m42@news.example.org>");
    CHECK(reread["fields"]["list-unsubscribe"] ==
          "<https://news.example.org/unsubscribe/" + std::string(100, 'A') + ">, <mailto:leave@example.org>");
    CHECK(reread["fields"]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click");
    CHECK(reread["fields"]["list-id"] ==
          "רשימות שדה, “Field Notes” 🗞️ <notes.example.org>");
}

TEST_CASE("Python reads back a body that is all Hebrew, sent as base64") {
    auto content = sample_content();
    content.newsletter.language = "he";
    content.posts.front().html.clear();
    for (int i = 0; i < 300; ++i) content.posts.front().html += "<p>שלום לכולם, זה טקסט ארוך בעברית.</p>\n";
    check_python(content, sample_recipient());
    CHECK(reread_with_python(composed(content))["encodings"][0] == "base64");
}

TEST_CASE("Python and GMime read back pictures of all octets and sizes, and the letter around them") {
    SeededRandom random(3);
    auto content = difficult_content();
    for (const std::size_t size : {0U, 1U, 56U, 57U, 58U, 113U, 114U, 5000U, 102'400U}) {
        std::string octets;
        for (std::size_t i = 0; i < size; ++i) octets += static_cast<char>(random.next());
        content.pictures.push_back(email::inline_picture(octets, "image/png", "a b.png", "example.org"));
        content.posts.front().html +=
            "<img src=\"" + email::cid_url(content.pictures.back()) + "\" alt=\"x\">";
    }
    check_python(content, difficult_recipient());
    const auto mailing = rendered(content);
    REQUIRE(mailing.pictures().size() == 9);
    const std::string message = email::compose(mailing, difficult_recipient());
    const auto said = reread_with_python(message)["pictures"];
    const Reread gmime = reread_with_gmime(message);
    CHECK(gmime.warnings == 0);
    CHECK(gmime.html == crlf(email::html_of(mailing, difficult_recipient())));
    REQUIRE(said.size() == 9);
    REQUIRE(gmime.pictures.size() == 9);
    for (std::size_t i = 0; i < 9; ++i) {
        const auto& picture = content.pictures[i];
        const std::string octets = decode_base64(replace_all(picture.body, "\r\n", "")).value();
        CHECK(said[i] == nlohmann::json({"<" + picture.id + ">", "image/png", "a-b.png",
                                         "inline; filename=\"a-b.png\"", hex(octets)}));
        CHECK(gmime.pictures[i] == picture.id + " image/png " + octets);
    }
}

TEST_CASE("GMime reads back the difficult mailing exactly, without a warning") {
    const auto content = difficult_content();
    const auto recipient = difficult_recipient();
    const auto mailing = rendered(content);
    const Reread reread = reread_with_gmime(email::compose(mailing, recipient));
    CHECK(reread.warnings == 0);
    CHECK(reread.subject == content.posts.front().title);
    CHECK(reread.from_name == content.newsletter.from.name);
    CHECK(reread.from_address == content.newsletter.from.address);
    CHECK(reread.to_name == recipient.subscriber.name);
    CHECK(reread.to_address == recipient.subscriber.address);
    CHECK(reread.message_id == "d7.m42@news.example.org");
    CHECK(reread.types == std::vector<std::string>{"text/plain", "text/html"});
    CHECK(reread.text == crlf(email::text_of(mailing, recipient)));
    CHECK(reread.html == crlf(email::html_of(mailing, recipient)));
}

TEST_CASE("any title and any names come back from GMime, in lines that every server takes") {
    SeededRandom random(7);
    const auto templates = installed_templates();
    for (int round = 0; round < 150; ++round) {
        auto content = sample_content();
        content.posts.front().title = random_text(random, round % 10 == 0 ? 2000 : 80);
        content.newsletter.title = random_text(random, 40);
        content.newsletter.from.name = random_text(random, 40);
        auto recipient = sample_recipient();
        recipient.subscriber.name = random_text(random, 60);
        const auto mailing = email::render_mailing(templates, content);
        REQUIRE(mailing.has_value());
        const std::string message = email::compose(*mailing, recipient);
        const Reread reread = reread_with_gmime(message);
        INFO(header_of(message));
        REQUIRE(reread.subject == content.posts.front().title);
        REQUIRE(reread.from_name == content.newsletter.from.name);
        REQUIRE(reread.to_name == recipient.subscriber.name);
        REQUIRE(reread.warnings == 0);
        for (const std::string_view line : split(header_of(message), '\n')) REQUIRE(line.size() <= 78);
    }
}

TEST_CASE("any body comes back from GMime as it was rendered") {
    SeededRandom random(11);
    const auto templates = installed_templates();
    for (int round = 0; round < 40; ++round) {
        auto content = sample_content();
        content.posts.front().html = "<pre>";
        for (int line = 0; line < 20; ++line)
            content.posts.front().html += escape_html(random_text(random, 200)) + " \n.\n";
        const auto mailing = email::render_mailing(templates, content);
        REQUIRE(mailing.has_value());
        auto recipient = sample_recipient();
        recipient.subscriber.name = random_text(random, 30);
        const Reread reread = reread_with_gmime(email::compose(*mailing, recipient));
        REQUIRE(reread.text == crlf(email::text_of(*mailing, recipient)));
        REQUIRE(reread.html == crlf(email::html_of(*mailing, recipient)));
    }
}

#include "email/confirmation.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/text.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::email;
using namespace paperround::test;

namespace {

const std::string url = "https://news.example.org/c/AbC-_123";

RenderedMailing asked_in(const std::string& language, const std::string& title = "Field Notes") {
    config::Newsletter notes = sample_content().newsletter;
    notes.title = title;
    notes.share = {"email"};
    const auto templates = load_template_set({test::source_folder() + "/templates", ""}, "confirmation",
                                             TemplateUse::confirmation);
    REQUIRE(templates.has_value());
    auto mail = render_confirmation(
        *templates,
        {.newsletter = notes, .language = language, .url = url, .public_url = "https://news.example.org"});
    REQUIRE(mail.has_value());
    return *mail;
}

Recipient asked_reader() {
    Recipient recipient = sample_recipient();
    recipient.subscriber.name.clear();
    recipient.unsubscribe_url.clear();
    return recipient;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the mail that asks to confirm has its link in both parts, and nothing to leave") {
    const auto mail = asked_in("en");
    CHECK(mail.subject() == "Please confirm: Field Notes");
    const std::string text = text_of(mail, asked_reader());
    CHECK(has(text, "\nYes, subscribe me:\n" + url + "\n"));
    CHECK(has(text, "Somebody asked for Field Notes to be sent to this address."));
    CHECK(has(text, "If it was not you, do nothing"));
    CHECK(has(text, "1 High Street, Anytown"));
    const std::string html = html_of(mail, asked_reader());
    CHECK(has(html, "href=\"" + url + "\""));
    CHECK(has(html, "Yes, subscribe me"));
    CHECK_FALSE(has(html, "nsubscribe<"));
    CHECK_FALSE(has(text, "nsubscribe:"));
}

TEST_CASE("the mail that asks to confirm is a machine's answer, and of no list") {
    const std::string header = header_of(compose(asked_in("en"), asked_reader()));
    CHECK(has(header, "Auto-Submitted: auto-replied\r\n"));
    CHECK(has(header, "From: Field Notes <notes@example.org>\r\n"));
    CHECK(has(header, "To: <reader@example.net>\r\n"));
    for (const char* field : {"List-Id", "List-ID", "List-Unsubscribe", "Precedence", "Feedback-ID"})
        CHECK_FALSE(has(header, field));
}

TEST_CASE("the mail that asks to confirm speaks every language that the templates have") {
    std::size_t languages = 0;
    const std::string english = asked_in("en").subject();
    for (const auto& file :
         std::filesystem::directory_iterator(test::source_folder() + "/templates/strings")) {
        const std::string language = file.path().stem().string();
        if (language.starts_with("en")) continue;
        CAPTURE(language);
        ++languages;
        const auto mail = asked_in(language);
        CHECK(mail.subject() != english);
        CHECK(has(mail.subject(), "Field Notes"));
        CHECK(has(html_of(mail, asked_reader()), "Field Notes"));
        CHECK_FALSE(has(text_of(mail, asked_reader()), "Somebody asked"));
        CHECK_FALSE(has(text_of(mail, asked_reader()), "{newsletter}"));
    }
    CHECK(languages >= 11);
    CHECK(asked_in("xx").subject() == english);
}

TEST_CASE("the mail that asks to confirm is read from right to left where its words are") {
    CHECK(has(html_of(asked_in("he"), asked_reader()), "<html lang=\"he\" dir=\"rtl\">"));
    CHECK(has(html_of(asked_in("de-AT"), asked_reader()), "<html lang=\"de\" dir=\"ltr\">"));
}

TEST_CASE("a newsletter's title is no markup in the mail that asks to confirm") {
    const auto mail = asked_in("en", "<b>Tom & {{unsubscribe_url}}</b>");
    CHECK_FALSE(has(html_of(mail, asked_reader()), "<b>Tom"));
    CHECK(has(html_of(mail, asked_reader()), "&lt;b&gt;Tom &amp; {{unsubscribe_url}}"));
}

TEST_CASE("the template of the mail that asks to confirm is none for a mailing: readers could not leave") {
    const auto as_mailing = load_template_set({test::source_folder() + "/templates", ""}, "confirmation");
    REQUIRE_FALSE(as_mailing.has_value());
    CHECK(has(as_mailing.error().front().to_line(), "{{unsubscribe_url}} is missing"));
}

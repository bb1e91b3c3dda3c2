#include <catch2/catch.hpp>

#include "config/loader.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;

namespace {

struct BouncesFixture {
    std::string yaml(const std::string& bounces, const std::string& newsletter = {}) const {
        return "newsletters: {notes: {title: Notes, from: notes@example.org, sources: [{feed: \"https://example.org/f\"}]" +
               newsletter + "}}\nrelays: {main: {url: \"smtp://127.0.0.1\"}}\n" + bounces + "\n";
    }
    Settings loaded(const std::string& bounces, const std::string& newsletter = {}) const {
        auto settings = parse(yaml(bounces, newsletter), dir / "config.yaml");
        REQUIRE(settings);
        return std::move(*settings);
    }
    std::string problem(const std::string& bounces) const {
        const auto settings = parse(yaml(bounces), dir / "config.yaml");
        REQUIRE_FALSE(settings);
        return settings.error().front().key + ": " + settings.error().front().message;
    }

    test::TempDir dir;
};

}  // namespace

TEST_CASE_METHOD(BouncesFixture, "without the section bounces go to the sender") {
    const Settings settings = loaded("");
    CHECK(settings.bounces == Bounces());
    CHECK(settings.bounce_domain_of(settings.newsletters[0]).empty());
}

TEST_CASE_METHOD(BouncesFixture, "a newsletter may have a domain of its own") {
    const Settings settings =
        loaded("bounces: {domain: Bounce.Example.org}", ", bounce_domain: b.example.net");
    CHECK(settings.bounces.domain == "bounce.example.org");
    CHECK(settings.bounce_domain_of(settings.newsletters[0]) == "b.example.net");
}

TEST_CASE_METHOD(BouncesFixture, "mailboxes are Maildirs, and servers with their usual ports") {
    dir.write("password", "p");
    const auto mailboxes =
        loaded(
            "bounces: {mailboxes: [{maildir: mail}, {url: \"imaps://mail.example.org\", username: u, "
            "password_file: password, folder: Bounces}, {url: \"pop3://127.0.0.1:1100\", username: u, "
            "password_file: password}]}")
            .bounces.mailboxes;
    REQUIRE(mailboxes.size() == 3);
    CHECK(mailboxes[0].maildir == dir / "mail");
    CHECK(mailboxes[0].name() == "maildir " + (dir / "mail").string());
    CHECK(mailboxes[1].kind == MailboxKind::imap);
    CHECK(mailboxes[1].port == 993);
    CHECK(mailboxes[1].effective_tls() == Tls::required);
    CHECK(mailboxes[1].folder == "Bounces");
    CHECK(mailboxes[1].unreadable_folder == "Unreadable");
    CHECK(mailboxes[2].kind == MailboxKind::pop3);
    CHECK(mailboxes[2].port == 1100);
    CHECK(mailboxes[2].effective_tls() == Tls::opportunistic);
}

TEST_CASE_METHOD(BouncesFixture, "what a mailbox cannot have is refused") {
    dir.write("password", "p");
    const auto of = [&](const std::string& mailbox) {
        return problem("bounces: {mailboxes: [" + mailbox + "]}");
    };
    CHECK_THAT(of("{}"), Catch::Contains("either maildir or url, got neither"));
    CHECK_THAT(of("{maildir: m, username: u}"), Catch::Contains("only a mailbox on a server has it"));
    CHECK_THAT(of("{url: \"imaps://a.example\", password_file: password}"), Catch::Contains("username"));
    CHECK_THAT(of("{url: \"imaps://a.example\", username: u}"),
               Catch::Contains("either password_file or oauth"));
    CHECK_THAT(of("{url: \"imap://a.example\", username: u, password_file: password, tls: never}"),
               Catch::Contains("plain text"));
    CHECK_THAT(of("{url: \"pop3s://a.example\", username: u, password_file: password, folder: x}"),
               Catch::Contains("only IMAP has folders"));
    CHECK_THAT(of("{url: \"imaps://a.example\", username: u, password_file: password, folder: 'a\"b'}"),
               Catch::Contains("folder's name in ASCII"));
    CHECK_THAT(of("{url: \"imaps://a.example/INBOX\", username: u, password_file: password}"),
               Catch::Contains("nothing behind the host"));
    CHECK_THAT(of("{maildir: m}, {maildir: m}"), Catch::Contains("the same mailbox as mailboxes[0]"));
    CHECK_THAT(problem("bounces: {domain: no domain}"), Catch::Contains("bounces.domain"));
}

TEST_CASE_METHOD(BouncesFixture, "webhooks have a name, a provider, and a secret or a topic") {
    dir.write("key", "k");
    const auto webhooks =
        loaded(
            "bounces: {webhooks: {ses: {provider: ses, topic: \"arn:aws:sns:eu-west-1:123456789012:bounces\"}, "
            "grid: {provider: sendgrid, secret_file: key}}}")
            .bounces.webhooks;
    REQUIRE(webhooks.size() == 2);
    CHECK(webhooks[0].provider == WebhookProvider::ses);
    CHECK(webhooks[0].topic == "arn:aws:sns:eu-west-1:123456789012:bounces");
    CHECK(webhooks[1].name == "grid");
    CHECK(webhooks[1].source() == "webhook grid");
    CHECK(webhooks[1].secret_file == dir / "key");
}

TEST_CASE_METHOD(BouncesFixture, "what is missing or does not belong to a webhook is told") {
    dir.write("key", "k");
    const auto about = [&](const std::string& webhook) {
        return problem("bounces: {webhooks: {w: " + webhook + "}}");
    };
    CHECK_THAT(about("{provider: mailgun}"), Catch::Contains("secret_file"));
    CHECK_THAT(about("{provider: ses}"), Catch::Contains("topic"));
    CHECK_THAT(about("{secret_file: key}"), Catch::Contains("provider"));
    CHECK_THAT(about("{provider: mailchimp, secret_file: key}"), Catch::Contains("mailgun"));
    CHECK_THAT(about("{provider: ses, topic: bounces}"), Catch::Contains("expected the ARN of a topic"));
    CHECK_THAT(about("{provider: ses, topic: \"arn:aws:sns:r:1:t\", secret_file: key}"),
               Catch::Contains("there is no secret"));
    CHECK_THAT(about("{provider: mailgun, secret_file: key, topic: \"arn:aws:sns:r:1:t\"}"),
               Catch::Contains("only Amazon SES"));
    CHECK_THAT(about("{provider: mailgun, secret_file: key, secret: x}"), Catch::Contains("secret"));
    CHECK_THAT(problem("bounces: {webhooks: {\"a/b\": {provider: mailgun, secret_file: key}}}"),
               Catch::Contains("part of an address"));
}

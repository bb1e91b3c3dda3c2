#include "pipeline/intake/webhook_intake.hpp"

#include <map>

#include "base/encoding.hpp"
#include "base/text/date_time.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/intake/report_fixture.hpp"
#include "support/quiet_events.hpp"
#include "support/signing_keys.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using pipeline::WebhookAnswer;
using queue::ReportEffect;

namespace {

constexpr const char* topic = "arn:aws:sns:eu-west-1:123456789012:bounces";
constexpr const char* certificate_url = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";
constexpr const char* mailgun_key = "key-of-the-mailgun-account";
constexpr const char* postmark_secret = "hooks:a long secret for it";

// Serves what it is told, and counts.
class ScriptedHttp final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest& request) override {
        ++asked[request.url];
        const auto found = pages.find(request.url);
        if (found == pages.end())
            return failure(net::HttpError{net::HttpError::Code::connect, "connection refused"});
        return found->second;
    }
    void serve(const std::string& url, const std::string& body, const std::string& from = {}) {
        net::HttpResponse response;
        response.status = 200;
        response.body = body;
        response.effective_url = from.empty() ? url : from;
        pages[url] = response;
    }
    std::map<std::string, net::HttpResponse> pages;
    std::map<std::string, int> asked;
};

struct Told final : test::QuietEvents {
    void report_taken(std::string_view mailbox, const pipeline::TakenReport& taken) override {
        lines.push_back(fmt::format("{} {}", mailbox, queue::to_string(taken.effect)));
    }
    void webhook_subscription(std::string_view webhook, bool may_send) override {
        lines.push_back(fmt::format("{} {}", webhook, may_send ? "subscribed" : "ended"));
    }
    std::vector<std::string> lines;
};

struct WebhookFixture : test::ReportFixture {
    WebhookFixture() {
        clock.set(certificate.made());
        http.serve(certificate_url, certificate.pem());
    }

    static pipeline::WebhookAccess access(const std::string& name, config::WebhookProvider provider,
                                          const std::string& secret = "") {
        return {.webhook = {.name = name, .provider = provider, .secret_file = {}, .topic = {}},
                .secret = secret,
                .key = {}};
    }
    std::vector<pipeline::WebhookAccess> webhooks() const {
        using config::WebhookProvider;
        auto ses = access("ses", WebhookProvider::ses);
        ses.webhook.topic = topic;
        auto sendgrid = access("sg", WebhookProvider::sendgrid);
        sendgrid.key = PublicKey::p256(sendgrid_key.public_base64()).value();
        return {ses,
                sendgrid,
                access("mg", WebhookProvider::mailgun, mailgun_key),
                access("pm", WebhookProvider::postmark, postmark_secret),
                access("mj", WebhookProvider::mailjet, postmark_secret),
                access("bv", WebhookProvider::brevo, postmark_secret)};
    }

    // The relay's reply to the dot of the reader's copy.
    void reply(std::int64_t mailing, std::int64_t reader, const std::string& text) {
        const auto delivery = queue::DeliveryLookup(database).of_reader(mailing, reader).value();
        db::Transaction transaction(database);
        db::RawSql(database).execute(
            fmt::format("UPDATE attempts SET text = '{}' WHERE delivery_id = {}", text, delivery.id));
        transaction.commit();
    }

    std::string seconds() const { return std::to_string(to_millis(clock.now()) / 1000); }
    WebhookAnswer post(pipeline::WebhookCall call) { return hooks.take(call); }

    // A bounce of the reader's copy, as each service tells it.
    static std::string ses_bounce(const std::string& id, std::int64_t reader) {
        return R"({"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General",
            "bouncedRecipients":[{"emailAddress":")" +
               address(reader) +
               R"(","status":"5.1.1","action":"failed","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},
            "mail":{"messageId":")" +
               id + R"("}})";
    }
    std::string sns(const std::string& message, const std::string& version = "2",
                    const std::string& type = "Notification", const std::string& of_topic = topic,
                    const std::string& certificate_at = certificate_url) const {
        const std::string at = format_rfc3339_millis(clock.now());
        const std::string subscribe = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription";
        const bool question = type != "Notification";
        std::string text = "Message\n" + message + "\nMessageId\nm-1\n";
        if (question) text += "SubscribeURL\n" + subscribe + "\n";
        text += "Timestamp\n" + at + "\n";
        if (question) text += "Token\nt-1\n";
        text += "TopicArn\n" + of_topic + "\nType\n" + type + "\n";
        const auto hash = version == "1" ? Hash::sha1 : Hash::sha256;
        std::string quoted;
        for (const char c : message) quoted += c == '"' ? "\\\"" : c == '\n' ? "\\n" : std::string(1, c);
        return R"({"Type":")" + type + R"(","MessageId":"m-1","Token":"t-1","TopicArn":")" + of_topic +
               R"(","Message":")" + quoted + R"(","SubscribeURL":")" + subscribe + R"(","Timestamp":")" + at +
               R"(","SignatureVersion":")" + version + R"(","SigningCertURL":")" + certificate_at +
               R"(","Signature":")" + base64(certificate.sign(hash, text)) + "\"}";
    }
    WebhookAnswer from_ses(const std::string& body) { return post({.name = "ses", .body = body}); }

    std::string sendgrid_event(
        const std::string& message_id, std::int64_t reader,
        const std::string& event = R"("event":"bounce","reason":"550 5.1.1 unknown user")") {
        return R"([{"email":")" + address(reader) + R"(","smtp-id":"<)" + message_id +
               R"(>","sg_message_id":"none-of-ours","sg_event_id":"e1",)" + event + "}]";
    }
    WebhookAnswer from_sendgrid(const std::string& body, const std::string& at) {
        const std::string signature = base64(sendgrid_key.sign(at + body));
        return post({.name = "sg", .sendgrid_signature = signature, .sendgrid_timestamp = at, .body = body});
    }

    std::string mailgun_event(const std::string& token, const std::string& message_id,
                              std::int64_t reader) const {
        const std::string at = seconds();
        return R"({"signature":{"timestamp":")" + at + R"(","token":")" + token + R"(","signature":")" +
               hex(hmac_sha256(mailgun_key, at + token)) +
               R"("},"event-data":{"event":"failed","severity":"permanent","recipient":")" + address(reader) +
               R"(","delivery-status":{"code":550,"message":"5.1.1 no such user"},"message":{"headers":{"message-id":")" +
               message_id + R"("}}}})";
    }
    WebhookAnswer from_mailgun(const std::string& body) { return post({.name = "mg", .body = body}); }

    static std::string postmark_event(const std::string& id, std::int64_t reader) {
        return R"({"RecordType":"Bounce","Type":"HardBounce","MessageID":")" + id + R"(","Email":")" +
               address(reader) + R"(","Details":"smtp;550 5.1.1 no such user"})";
    }
    WebhookAnswer from_postmark(const std::string& body) {
        return post({.name = "pm", .secret = postmark_secret, .body = body});
    }
    void check_nothing_happened(std::int64_t mailing) {
        CHECK(progress(mailing).sent == 3);
        for (std::int64_t reader = 1; reader <= 3; ++reader) CHECK_FALSE(suppressed(reader));
    }

    test::Certificate certificate{"sns.amazonaws.com"};
    test::EcKey sendgrid_key;
    ScriptedHttp http;
    Told told;
    pipeline::WebhookIntake hooks{
        pipeline::open_database(dir.path()), webhooks(), signer, clock, told, recall, http};
};

}  // namespace

TEST_CASE_METHOD(WebhookFixture, "SES: the id in its reply to the dot and the address prove a bounce") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 Ok 0100018c1111-aaaa-000000");
    CHECK(from_ses(sns(ses_bounce("0100018c1111-aaaa-000000", 1))) == WebhookAnswer::taken);
    CHECK(suppressed(1));
    CHECK(told.lines == std::vector<std::string>{"webhook ses suppressed"});
    CHECK((*audience).find_suppression(address(1))->evidence == "550 5.1.1 user unknown (report 1)");
    CHECK((*reports).find(1)->source == "webhook ses");
    // Both versions of the signature, and the certificate is fetched once.
    reply(mailing, 2, "250 Ok 0100018c1111-bbbb-000000");
    CHECK(from_ses(sns(ses_bounce("0100018c1111-bbbb-000000", 2), "1")) == WebhookAnswer::taken);
    CHECK(suppressed(2));
    CHECK(http.asked[certificate_url] == 1);
}

TEST_CASE_METHOD(WebhookFixture,
                 "an id without the reader's address, and an address without the id, prove nothing") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 Ok 0100018c1111-aaaa-000000");
    CHECK(from_ses(sns(ses_bounce("0100018c1111-aaaa-000000", 2))) == WebhookAnswer::taken);
    CHECK(from_ses(sns(ses_bounce("0100018c1111-aaaa", 1))) == WebhookAnswer::taken);
    CHECK(from_ses(sns(ses_bounce("00018c1111-aaaa-000000", 1))) == WebhookAnswer::taken);
    CHECK(from_ses(sns(ses_bounce("", 1))) == WebhookAnswer::taken);
    CHECK(from_ses(sns(ses_bounce("250 Ok", 1))) == WebhookAnswer::taken);
    check_nothing_happened(mailing);
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 5);
}

TEST_CASE_METHOD(WebhookFixture, "the id in a reply names a delivery for 90 days") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 queued as 883953f4-6105-42a2-a16a-77a8eac79483");
    clock.advance(std::chrono::days(90) + 1h);
    CHECK(from_postmark(postmark_event("883953f4-6105-42a2-a16a-77a8eac79483", 1)) == WebhookAnswer::taken);
    check_nothing_happened(mailing);
}

TEST_CASE_METHOD(WebhookFixture, "SES: the same event again does nothing, and is answered well") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 Ok 0100018c1111-aaaa-000000");
    const std::string body = sns(ses_bounce("0100018c1111-aaaa-000000", 1));
    CHECK(from_ses(body) == WebhookAnswer::taken);
    audience->unsuppress(address(1));
    CHECK(from_ses(body) == WebhookAnswer::taken);
    CHECK(from_ses(sns(ses_bounce("0100018c1111-aaaa-000000", 1), "1")) == WebhookAnswer::taken);
    CHECK_FALSE(suppressed(1));
    CHECK(progress(mailing).failed == 1);
}

TEST_CASE_METHOD(WebhookFixture, "SES: altered, late and foreign messages are refused and do nothing") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 Ok 0100018c1111-aaaa-000000");
    const std::string bounce = ses_bounce("0100018c1111-aaaa-000000", 1);
    std::string altered = sns(bounce);
    altered.replace(altered.find("Permanent"), 9, "Transient");
    CHECK(from_ses(altered) == WebhookAnswer::forged);
    CHECK(from_ses(sns(bounce, "2", "Notification", "arn:aws:sns:eu-west-1:666666666666:bounces")) ==
          WebhookAnswer::forged);
    CHECK(from_ses(sns(bounce, "2", "Notification", topic, "https://evil.example/a.pem")) ==
          WebhookAnswer::forged);
    const std::string late = sns(bounce);
    clock.advance(25h + 1min);
    CHECK(from_ses(late) == WebhookAnswer::forged);
    clock.advance(-(25h + 1min) - 11min);
    CHECK(from_ses(late) == WebhookAnswer::forged);
    CHECK(from_ses("{}") == WebhookAnswer::forged);
    check_nothing_happened(mailing);
    CHECK(http.asked["https://evil.example/a.pem"] == 0);
}

TEST_CASE_METHOD(WebhookFixture,
                 "SES: a certificate that cannot be had, or comes from elsewhere, is asked for later") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 Ok 0100018c1111-aaaa-000000");
    const std::string other = "https://sns.eu-west-1.amazonaws.com/other.pem";
    const std::string body =
        sns(ses_bounce("0100018c1111-aaaa-000000", 1), "2", "Notification", topic, other);
    http.serve(other, certificate.pem(), "https://elsewhere.example/other.pem");
    CHECK(from_ses(body) == WebhookAnswer::later);
    CHECK(from_ses(body) == WebhookAnswer::later);
    CHECK(http.asked[other] == 1);  // not again at once
    check_nothing_happened(mailing);
}

TEST_CASE_METHOD(WebhookFixture,
                 "SES: a subscription of the configured topic is confirmed, and of no other") {
    const std::string subscribe = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription";
    CHECK(from_ses(sns("You have chosen to subscribe", "2", "SubscriptionConfirmation")) ==
          WebhookAnswer::later);
    http.serve(subscribe, "<ConfirmSubscriptionResponse/>");
    CHECK(from_ses(sns("You have chosen to subscribe", "2", "SubscriptionConfirmation")) ==
          WebhookAnswer::taken);
    CHECK(http.asked[subscribe] == 2);
    CHECK(told.lines == std::vector<std::string>{"webhook ses subscribed"});
    CHECK(from_ses(sns("x", "2", "SubscriptionConfirmation", "arn:aws:sns:eu-west-1:666666666666:bounces")) ==
          WebhookAnswer::forged);
    CHECK(http.asked[subscribe] == 2);
}

TEST_CASE_METHOD(WebhookFixture, "SendGrid: our Message-ID and the address prove a bounce") {
    const auto mailing = mail_out();
    CHECK(from_sendgrid(sendgrid_event(message_id(mailing, 1), 1), seconds()) == WebhookAnswer::taken);
    CHECK(suppressed(1));
    CHECK(from_sendgrid(sendgrid_event(message_id(mailing, 2), 2, R"("event":"spamreport")"), seconds()) ==
          WebhookAnswer::taken);
    CHECK(suppressed(2, "notes"));
    CHECK_FALSE(suppressed(2, "news"));
    CHECK(from_sendgrid(sendgrid_event(message_id(mailing, 3), 3, R"("event":"unsubscribe")"), seconds()) ==
          WebhookAnswer::taken);
    CHECK_FALSE(active(3));
    CHECK_FALSE(suppressed(3));
}

TEST_CASE_METHOD(WebhookFixture,
                 "SendGrid: unsigned, altered and late ones are refused, and the same twice does nothing") {
    const auto mailing = mail_out();
    const std::string body = sendgrid_event(message_id(mailing, 1), 1);
    const std::string signature = base64(sendgrid_key.sign(seconds() + body));
    const std::string at = seconds();
    CHECK(post({.name = "sg", .body = body}) == WebhookAnswer::forged);
    CHECK(
        post({.name = "sg", .sendgrid_signature = signature, .sendgrid_timestamp = at, .body = body + " "}) ==
        WebhookAnswer::forged);
    clock.advance(26h);
    CHECK(post({.name = "sg", .sendgrid_signature = signature, .sendgrid_timestamp = at, .body = body}) ==
          WebhookAnswer::forged);
    check_nothing_happened(mailing);
    CHECK(from_sendgrid(body, seconds()) == WebhookAnswer::taken);
    audience->unsuppress(address(1));
    CHECK(from_sendgrid(body, seconds()) == WebhookAnswer::taken);
    CHECK_FALSE(suppressed(1));
    CHECK(from_sendgrid("{}", seconds()) == WebhookAnswer::unreadable);
    CHECK(from_sendgrid("[]", seconds()) == WebhookAnswer::taken);
}

TEST_CASE_METHOD(WebhookFixture, "Mailgun: a token counts for one body") {
    const auto mailing = mail_out();
    const std::string body = mailgun_event("tok-1", message_id(mailing, 1), 1);
    CHECK(from_mailgun(body) == WebhookAnswer::taken);
    CHECK(suppressed(1));
    CHECK(from_mailgun(body) == WebhookAnswer::taken);  // the answer was lost: it is tried again
    CHECK(progress(mailing).failed == 1);
    // Whoever saw the request puts another event into it.
    CHECK(from_mailgun(mailgun_event("tok-1", message_id(mailing, 2), 2)) == WebhookAnswer::forged);
    CHECK_FALSE(suppressed(2));
    CHECK(progress(mailing).failed == 1);
    CHECK(from_mailgun(mailgun_event("tok-2", message_id(mailing, 2), 2)) == WebhookAnswer::taken);
    CHECK(suppressed(2));
}

TEST_CASE_METHOD(WebhookFixture, "Mailgun: unsigned and late ones are refused") {
    const auto mailing = mail_out();
    std::string body = mailgun_event("tok-1", message_id(mailing, 1), 1);
    std::string forged = body;
    forged.replace(forged.find("tok-1"), 5, "tok-2");
    CHECK(from_mailgun(forged) == WebhookAnswer::forged);
    clock.advance(26h);
    CHECK(from_mailgun(body) == WebhookAnswer::forged);
    check_nothing_happened(mailing);
}

TEST_CASE_METHOD(WebhookFixture, "Postmark, Mailjet and Brevo send a secret, and the id in their reply") {
    const auto mailing = mail_out();
    reply(mailing, 1, "250 2.0.0 Ok: queued as 883953f4-6105-42a2-a16a-77a8eac79483");
    reply(mailing, 2, "250 OK queued as 1ab23cd4-e567-8901-2345-6789f0gh1i2j");
    reply(mailing, 3, "250 2.0.0 OK: queued as <202612011200.12345@smtp-relay.mailin.fr>");
    const std::string event = postmark_event("883953f4-6105-42a2-a16a-77a8eac79483", 1);
    CHECK(post({.name = "pm", .body = event}) == WebhookAnswer::unauthorised);
    CHECK(post({.name = "pm", .secret = "wrong", .body = event}) == WebhookAnswer::unauthorised);
    check_nothing_happened(mailing);
    const std::string basic = "Basic " + base64(postmark_secret);
    CHECK(post({.name = "pm", .authorization = basic, .body = event}) == WebhookAnswer::taken);
    CHECK(suppressed(1));
    const std::string mailjet =
        R"([{"event":"bounce","email":")" + address(2) +
        R"(","Message_GUID":"1ab23cd4-e567-8901-2345-6789f0gh1i2j","hard_bounce":true,"error":"user unknown"}])";
    CHECK(post({.name = "mj", .authorization = basic, .body = mailjet}) == WebhookAnswer::taken);
    CHECK(suppressed(2));
    const std::string brevo = R"({"event":"hard_bounce","email":")" + address(3) +
                              R"(","message-id":"<202612011200.12345@smtp-relay.mailin.fr>","reason":""})";
    CHECK(post({.name = "bv", .authorization = basic, .body = brevo}) == WebhookAnswer::taken);
    CHECK(suppressed(3));
}

TEST_CASE_METHOD(WebhookFixture, "an event that comes before the reply is on record is to come again") {
    const auto mailing = mail_out(std::nullopt);
    const std::vector<std::string> newsletters{"notes"};
    const auto claimed = test::claim_due(database, newsletters, 10, clock.now());
    REQUIRE(claimed.size() == 3);
    const std::string event = postmark_event("883953f4-6105-42a2-a16a-77a8eac79483", 1);
    CHECK(from_postmark(event) == WebhookAnswer::later);
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 0);
    for (const auto& delivery : claimed) {
        deliveries->record(delivery,
                           {.kind = queue::OutcomeKind::accepted,
                            .code = 250,
                            .text = "250 Ok: queued as 883953f4-6105-42a2-a16a-77a8eac79483"},
                           {.state = queue::DeliveryState::sent, .due = clock.now()}, "main", clock.now());
    }
    CHECK(from_postmark(event) == WebhookAnswer::taken);
    CHECK(suppressed(1));
    CHECK(progress(mailing).failed == 1);
}

TEST_CASE_METHOD(WebhookFixture, "a batch of many events is taken whole") {
    const auto mailing = mail_out();
    std::string body = "[";
    for (int i = 0; i < 250; ++i)
        body +=
            fmt::format(R"({{"email":"x{}@y.example","event":"spamreport","sg_message_id":"{}"}},)", i, i);
    body += sendgrid_event(message_id(mailing, 1), 1).substr(1);
    CHECK(from_sendgrid(body, seconds()) == WebhookAnswer::taken);
    CHECK((*reports).counted(clock.now(), ReportEffect::unproved) == 250);
    CHECK(suppressed(1));
}

TEST_CASE_METHOD(WebhookFixture, "a webhook that is not configured is unknown") {
    CHECK(post({.name = "none", .body = "{}"}) == WebhookAnswer::unknown);
    CHECK(hooks.admit({.name = ""}) == WebhookAnswer::unknown);
    CHECK(hooks.admit({.name = "ses"}) == WebhookAnswer::taken);
    CHECK(hooks.admit({.name = "pm"}) == WebhookAnswer::unauthorised);
}

TEST_CASE_METHOD(WebhookFixture, "what the database does not take is thrown, and taken when it comes again") {
    const auto mailing = mail_out();
    const std::string body = mailgun_event("tok-1", message_id(mailing, 1), 1);
    {
        db::RawSql(database).execute("ALTER TABLE reports RENAME TO gone");
        CHECK_THROWS_AS(from_mailgun(body), db::Error);
        db::RawSql(database).execute("ALTER TABLE gone RENAME TO reports");
    }
    check_nothing_happened(mailing);
    CHECK(from_mailgun(body) == WebhookAnswer::taken);
    CHECK(suppressed(1));
}

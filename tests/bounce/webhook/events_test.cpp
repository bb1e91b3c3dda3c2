// Events in the forms that each service documents.
#include "bounce/webhook/events.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace paperround::bounce;

namespace {

// "bounce hard user_unknown 550 5.1.1 jane@example.com"
std::string line_of(const Report& report) {
    return fmt::format("{} {} {} {} {} {}", to_string(report.kind), to_string(report.of), reason_name(report),
                       report.code, report.status.empty() ? "-" : report.status, report.recipient);
}

std::vector<std::string> lines_of(const Events& events) {
    REQUIRE(events);
    std::vector<std::string> lines;
    for (const Event& event : *events) {
        for (const Report& report : event.reading.reports) lines.push_back(line_of(report));
    }
    return lines;
}
std::string line_of(const Events& events) {
    const auto lines = lines_of(events);
    REQUIRE(lines.size() == 1);
    return lines.front();
}

// A bounce of SES with these members, in the form of its feedback notifications.
std::string ses_bounce(const std::string& bounce, const std::string& mail = "") {
    return R"({"notificationType":"Bounce","bounce":{"feedbackId":"0100-0","timestamp":"2026-01-27T14:59:38.237Z",)" +
           bounce + R"(},"mail":{"timestamp":"2026-01-27T14:59:38.237Z","source":"aqiq@bounce.example.org",
        "messageId":"00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000",
        "destination":["jane@example.com"])" +
           mail + "}}";
}

std::string sendgrid(const std::string& members) {
    return R"([{"email":"example@test.com","timestamp":1513299569,"smtp-id":"<key.1.mark@example.org>",
        "sg_event_id":"sg_event_id","sg_message_id":"14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",)" +
           members + "}]";
}

std::string mailgun(const std::string& members) {
    return R"({"signature":{"timestamp":"1529006854","token":"t","signature":"s"},"event-data":{"id":"G9Bn5sl1TC6nu79C8C0bwg",
        "recipient":"alice@example.com","message":{"headers":{"message-id":"key.1.mark@example.org","to":"alice@example.com"}},)" +
           members + "}}";
}

std::string postmark(const std::string& members) {
    return R"({"ID":42,"MessageID":"883953f4-6105-42a2-a16a-77a8eac79483","ServerID":23,"Email":"john@example.com",
        "From":"sender@example.org","BouncedAt":"2026-08-01T13:28:10Z",)" +
           members + "}";
}

std::string mailjet(const std::string& members) {
    return R"({"time":1430812195,"MessageID":13792286917004336,"Message_GUID":"1ab23cd4-e567-8901-2345-6789f0gh1i2j",
        "email":"bounce@mailjet.com","mj_campaign_id":0,)" +
           members + "}";
}

std::string brevo(const std::string& members) {
    return R"({"email":"example@example.com","id":26224,"date":"2026-10-09 00:00:00","ts_epoch":1604933654000,
        "message-id":"<201798300811.5787683@relay.domain.com>",)" +
           members + "}";
}

}  // namespace

TEST_CASE("SES: a permanent bounce with the server's words") {
    const Events events = ses_events(ses_bounce(
        R"("bounceType":"Permanent","bounceSubType":"General","reportingMTA":"dns; email.example.com",
           "bouncedRecipients":[{"emailAddress":"jane@example.com","status":"5.1.1","action":"failed",
             "diagnosticCode":"smtp; 550 5.1.1 <jane@example.com>... User unknown"}])"));
    CHECK(line_of(events) == "bounce hard user_unknown 550 5.1.1 jane@example.com");
    CHECK(events->front().reading.reports.front().diagnostic ==
          "550 5.1.1 <jane@example.com>... User unknown");
    CHECK(events->front().reading.traces.reply_ids ==
          std::vector<std::string>{"00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000"});
    CHECK(events->front().reading.traces.return_paths == std::vector<std::string>{"aqiq@bounce.example.org"});
}

TEST_CASE("SES: a bounce that only its type tells of") {
    const auto bounce = [](const std::string& type, const std::string& subtype) {
        return line_of(
            ses_events(ses_bounce(R"("bounceType":")" + type + R"(","bounceSubType":")" + subtype +
                                  R"(","bouncedRecipients":[{"emailAddress":"jane@example.com"}])")));
    };
    CHECK(bounce("Permanent", "General") == "bounce hard user_unknown 0 - jane@example.com");
    CHECK(bounce("Permanent", "NoEmail") == "bounce hard user_unknown 0 - jane@example.com");
    CHECK(bounce("Permanent", "Suppressed") == "bounce hard inactive 0 - jane@example.com");
    CHECK(bounce("Transient", "General") == "bounce soft unknown 0 4.0.0 jane@example.com");
    CHECK(bounce("Transient", "MailboxFull") == "bounce soft mailbox_full 0 4.0.0 jane@example.com");
    CHECK(bounce("Transient", "ContentRejected") == "bounce soft content 0 4.0.0 jane@example.com");
    CHECK(bounce("Undetermined", "Undetermined") == "bounce soft unknown 0 4.0.0 jane@example.com");
}

TEST_CASE("SES: the header of our message is in what it quotes") {
    const Events events = ses_events(ses_bounce(
        R"("bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"jane@example.com"}])",
        R"(,"headersTruncated":false,"headers":[{"name":"From","value":"notes@example.org"},
             {"name":"List-Unsubscribe","value":"<https://news.example.org/u/AQEBbm90ZXMAAAAAAAAAAAAAAAAAAAAAAAA>"},
             {"name":"Message-ID","value":"<key.1.mark@example.org>"}],
           "commonHeaders":{"from":["notes@example.org"],"to":["jane@example.com"],"messageId":"<key.1.mark@example.org>"})"));
    REQUIRE(events->size() == 1);
    const Traces& traces = events->front().reading.traces;
    CHECK(traces.message_ids == std::vector<std::string>{"key.1.mark@example.org"});
    CHECK(traces.unsubscribe_tokens == std::vector<std::string>{"AQEBbm90ZXMAAAAAAAAAAAAAAAAAAAAAAAA"});
}

TEST_CASE("SES: complaints, with a feedback report and without one") {
    const auto complaint = [](const std::string& members) {
        return ses_events(
            R"({"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"richard@example.com"}],)" +
            members +
            R"("timestamp":"2026-01-27T14:59:38.237Z","feedbackId":"0-0"},"mail":{"messageId":"0000013786031775-163e3910"}})");
    };
    CHECK(line_of(complaint(R"("complaintFeedbackType":"abuse",)")) ==
          "complaint none abuse 0 - richard@example.com");
    CHECK(line_of(complaint("")) == "complaint none abuse 0 - richard@example.com");
    CHECK(line_of(complaint(R"("complaintFeedbackType":"fraud",)")) ==
          "complaint none fraud 0 - richard@example.com");
    CHECK(line_of(complaint(R"("complaintFeedbackType":"not-spam",)")) ==
          "other none none 0 - richard@example.com");
}

TEST_CASE("SES: a delay is no bounce, and a delivery says nothing") {
    CHECK(
        line_of(ses_events(
            R"({"eventType":"DeliveryDelay","mail":{"messageId":"01000175b5ba4f5b-0"},"deliveryDelay":{"delayType":"MailboxFull",
                 "expirationTime":"2026-01-27T14:59:38.237Z","delayedRecipients":[{"emailAddress":"recipient@example.com",
                 "status":"4.2.2","diagnosticCode":"smtp; 452 4.2.2 mailbox full"}]}})")) ==
        "delayed none mailbox_full 452 4.2.2 recipient@example.com");
    CHECK(lines_of(ses_events(R"({"eventType":"Delivery","mail":{"messageId":"0100"},"delivery":{}})"))
              .empty());
}

TEST_CASE("SendGrid: bounces, blocks, drops and deferrals") {
    CHECK(line_of(sendgrid_events(sendgrid(
              R"("event":"bounce","type":"bounce","bounce_classification":"Invalid Address","status":"5.1.1",
                 "reason":"550 5.1.1 The email account that you tried to reach does not exist.")"))) ==
          "bounce hard user_unknown 550 5.1.1 example@test.com");
    CHECK(line_of(sendgrid_events(
              sendgrid(R"("event":"bounce","status":"5.0.0","reason":"500 unknown recipient")"))) ==
          "bounce hard user_unknown 500 5.0.0 example@test.com");
    CHECK(line_of(sendgrid_events(sendgrid(
              R"("event":"bounce","type":"blocked","bounce_classification":"Reputation","status":"5.7.1",
                 "reason":"550 5.7.1 blocked using zen.spamhaus.org")"))) ==
          "bounce soft policy 550 5.7.1 example@test.com");
    CHECK(line_of(sendgrid_events(
              sendgrid(R"("event":"dropped","status":"5.0.0","reason":"Bounced Address")"))) ==
          "bounce hard inactive 0 - example@test.com");
    CHECK(line_of(sendgrid_events(sendgrid(R"("event":"dropped","reason":"Unsubscribed Address")"))) ==
          "bounce soft rejected 0 - example@test.com");
    CHECK(line_of(sendgrid_events(
              sendgrid(R"("event":"deferred","response":"400 try again later","attempt":"5")"))) ==
          "delayed none unknown 0 - example@test.com");
}

TEST_CASE("SendGrid: complaints and departures, and nothing of deliveries and clicks") {
    CHECK(line_of(sendgrid_events(sendgrid(R"("event":"spamreport")"))) ==
          "complaint none abuse 0 - example@test.com");
    CHECK(line_of(sendgrid_events(sendgrid(R"("event":"unsubscribe")"))) ==
          "unsubscribe none none 0 - example@test.com");
    CHECK(lines_of(sendgrid_events(sendgrid(R"("event":"delivered","response":"250 OK")"))).empty());
    CHECK(lines_of(sendgrid_events(sendgrid(R"("event":"click","url":"http://www.sendgrid.com/")"))).empty());
    const Events events = sendgrid_events(sendgrid(R"("event":"spamreport")"));
    CHECK(events->front().reading.traces.message_ids == std::vector<std::string>{"key.1.mark@example.org"});
    CHECK(events->front().reading.traces.reply_ids == std::vector<std::string>{"14c5d75ce93.dfd.64b469"});
}

TEST_CASE("Mailgun: a permanent failure bounces, a temporary one is a delay") {
    const std::string status =
        R"("delivery-status":{"attempt-no":1,"code":550,"enhanced-code":"5.1.1","message":"5.1.1 The email account that you tried to reach does not exist","description":"","session-seconds":0.4})";
    CHECK(line_of(mailgun_events(mailgun(R"("event":"failed","severity":"permanent","reason":"bounce",)" +
                                         status))) == "bounce hard user_unknown 550 5.1.1 alice@example.com");
    CHECK(
        line_of(mailgun_events(mailgun(
            R"("event":"failed","severity":"temporary","reason":"generic","delivery-status":{"code":452,"message":"4.2.2 The email account that you tried to reach is over quota"})"))) ==
        "delayed none mailbox_full 452 4.2.2 alice@example.com");
    CHECK(
        line_of(mailgun_events(mailgun(
            R"("event":"failed","severity":"permanent","reason":"suppress-bounce","delivery-status":{"code":605,"message":"","description":"Not delivering to previously bounced address"})"))) ==
        "bounce hard inactive 0 - alice@example.com");
    CHECK(line_of(mailgun_events(mailgun(R"("event":"complained")"))) ==
          "complaint none abuse 0 - alice@example.com");
    CHECK(line_of(mailgun_events(mailgun(R"("event":"unsubscribed")"))) ==
          "unsubscribe none none 0 - alice@example.com");
    CHECK(lines_of(mailgun_events(mailgun(R"("event":"delivered")"))).empty());
    CHECK(mailgun_events(mailgun(R"("event":"complained")"))->front().reading.traces.message_ids ==
          std::vector<std::string>{"key.1.mark@example.org"});
}

TEST_CASE("Postmark: the types of its bounces") {
    const auto bounce = [](const std::string& type, const std::string& details) {
        return line_of(
            postmark_events(postmark(R"("RecordType":"Bounce","Type":")" + type +
                                     R"(","Description":"The server was unable to deliver your message",
                                                   "Details":")" +
                                     details + "\"")));
    };
    CHECK(bounce("HardBounce", "smtp;550 5.1.1 The email account does not exist") ==
          "bounce hard user_unknown 550 5.1.1 john@example.com");
    CHECK(bounce("HardBounce", "Test bounce details") == "bounce hard user_unknown 0 - john@example.com");
    CHECK(bounce("HardBounce", "smtp;554 5.7.1 blocked using bl.example") ==
          "bounce soft policy 554 5.7.1 john@example.com");
    CHECK(bounce("SoftBounce", "smtp;552 5.2.2 mailbox full") ==
          "bounce soft mailbox_full 552 5.2.2 john@example.com");
    CHECK(bounce("SoftBounce", "") == "bounce soft unknown 0 4.0.0 john@example.com");
    CHECK(bounce("Transient", "") == "delayed none unknown 0 - john@example.com");
    CHECK(bounce("SpamNotification", "") == "bounce soft spam 0 - john@example.com");
    CHECK(bounce("AutoResponder", "I am away") == "autoreply none none 0 - john@example.com");
}

TEST_CASE("Postmark: complaints, departures and the id of the message") {
    const Events complaint =
        postmark_events(postmark(R"("RecordType":"SpamComplaint","Type":"SpamComplaint")"));
    CHECK(line_of(complaint) == "complaint none abuse 0 - john@example.com");
    CHECK(complaint->front().reading.traces.reply_ids ==
          std::vector<std::string>{"883953f4-6105-42a2-a16a-77a8eac79483"});
    const auto change = [](const std::string& members) {
        return postmark_events(
            R"({"RecordType":"SubscriptionChange","MessageID":"883953f4-6105-42a2-a16a-77a8eac79483","Recipient":"bounced-address@wildbit.com",)" +
            members + "}");
    };
    CHECK(line_of(change(
              R"("Origin":"Recipient","SuppressSending":true,"SuppressionReason":"ManualSuppression")")) ==
          "unsubscribe none none 0 - bounced-address@wildbit.com");
    CHECK(lines_of(change(R"("Origin":"Recipient","SuppressSending":true,"SuppressionReason":"HardBounce")"))
              .empty());
    CHECK(lines_of(change(R"("Origin":"Recipient","SuppressSending":false)")).empty());
    CHECK(lines_of(postmark_events(postmark(R"("RecordType":"Delivery")"))).empty());
}

TEST_CASE("Mailjet: its errors, one event or a list") {
    const auto bounce = [](const std::string& members) { return line_of(mailjet_events(mailjet(members))); };
    CHECK(
        bounce(
            R"("event":"bounce","blocked":false,"hard_bounce":true,"error_related_to":"recipient","error":"user unknown","comment":"Host or domain name not found. Name service error")") ==
        "bounce hard host_unknown 0 - bounce@mailjet.com");
    CHECK(
        bounce(
            R"("event":"bounce","hard_bounce":true,"error_related_to":"recipient","error":"user unknown","comment":"")") ==
        "bounce hard user_unknown 0 - bounce@mailjet.com");
    CHECK(
        bounce(
            R"("event":"bounce","hard_bounce":false,"error_related_to":"mailbox","error":"quota exceeded")") ==
        "bounce soft mailbox_full 0 4.0.0 bounce@mailjet.com");
    CHECK(
        bounce(R"("event":"bounce","hard_bounce":false,"error_related_to":"domain","error":"greylisted")") ==
        "delayed none rate 0 - bounce@mailjet.com");
    CHECK(bounce(R"("event":"blocked","error_related_to":"recipient","error":"preblocked")") ==
          "bounce soft rejected 0 - bounce@mailjet.com");
    CHECK(bounce(R"("event":"spam","source":"JMRPP")") == "complaint none abuse 0 - bounce@mailjet.com");
    CHECK(bounce(R"("event":"unsub","mj_list_id":1,"agent":"Mozilla/5.0")") ==
          "unsubscribe none none 0 - bounce@mailjet.com");
    const Events two =
        mailjet_events("[" + mailjet(R"("event":"spam")") + "," + mailjet(R"("event":"open")") + "," +
                       mailjet(R"("event":"unsub")") + "]");
    CHECK(lines_of(two).size() == 2);
    CHECK(two->front().reading.traces.reply_ids ==
          std::vector<std::string>{"13792286917004336", "1ab23cd4-e567-8901-2345-6789f0gh1i2j"});
}

TEST_CASE("Brevo: its events") {
    const auto event = [](const std::string& members) { return line_of(brevo_events(brevo(members))); };
    CHECK(
        event(
            R"("event":"hard_bounce","reason":"550 5.5.0 Requested action not taken: mailbox unavailable")") ==
        "bounce hard user_unknown 550 5.5.0 example@example.com");
    CHECK(event(R"("event":"soft_bounce","reason":"452 4.2.2 over quota")") ==
          "bounce soft mailbox_full 452 4.2.2 example@example.com");
    CHECK(event(R"("event":"soft_bounce","reason":"")") == "bounce soft unknown 0 4.0.0 example@example.com");
    CHECK(event(R"("event":"blocked","reason":"blocked : due to blacklist user")") ==
          "bounce soft rejected 0 - example@example.com");
    CHECK(event(R"("event":"deferred","reason":"400 try again later")") ==
          "delayed none unknown 0 - example@example.com");
    CHECK(event(R"("event":"spam")") == "complaint none abuse 0 - example@example.com");
    CHECK(event(R"("event":"unsubscribed")") == "unsubscribe none none 0 - example@example.com");
    CHECK(lines_of(brevo_events(brevo(R"("event":"opened")"))).empty());
    const Events events = brevo_events(brevo(R"("event":"spam")"));
    CHECK(events->front().reading.traces.message_ids ==
          std::vector<std::string>{"201798300811.5787683@relay.domain.com"});
    CHECK(events->front().reading.traces.reply_ids ==
          std::vector<std::string>{"201798300811.5787683@relay.domain.com"});
}

TEST_CASE("the same event has the same octets, however its JSON was written") {
    const std::string compact = R"({"event":"spam","email":"a@b.example","message-id":"<an-id@c.example>"})";
    const std::string spaced =
        R"({ "event" : "spam", "email":"a@b.example",  "message-id":"<an-id@c.example>" })";
    CHECK(brevo_events(compact)->front().octets == brevo_events(spaced)->front().octets);
    CHECK(brevo_events("[" + compact + "]")->front().octets == brevo_events(compact)->front().octets);
}

TEST_CASE("what is no JSON, or of another form, is told") {
    for (const auto& read :
         {ses_events, sendgrid_events, mailgun_events, postmark_events, mailjet_events, brevo_events}) {
        CHECK(read("<html>").error() == EventError::no_json);
        CHECK(read("").error() == EventError::no_json);
    }
    for (const auto& read : {ses_events, sendgrid_events, mailgun_events, postmark_events})
        CHECK(read(R"({"a":1})").error() == EventError::other_format);
    CHECK(ses_events(R"("Successfully validated SNS topic for Amazon SES event publishing.")").error() ==
          EventError::other_format);
}

TEST_CASE("members of odd types are passed over") {
    CHECK(lines_of(sendgrid_events(R"([1,null,"x",[],{"event":["bounce"]},{"event":{"a":1}}])")).empty());
    CHECK(line_of(sendgrid_events(
              R"([{"event":"spamreport","email":{"a":1},"smtp-id":[],"sg_message_id":7}])")) ==
          "complaint none abuse 0 - ");
    CHECK(lines_of(ses_events(R"({"eventType":"Bounce","bounce":[],"mail":{}})")).empty());
}

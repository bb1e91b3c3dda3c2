// Refusals of real servers as they were received, and what each is about. One row per report; the words are
// the servers', names and addresses are replaced.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "smtp/reply_policy.hpp"

using namespace paperround;
using queue::OutcomeKind;
using queue::Stage;

namespace {

struct Heard {
    const char* server;
    Stage stage;
    std::string octets;
    OutcomeKind kind;
};

queue::Outcome outcome_of(const Heard& heard) {
    smtp::ReplyParser parser;
    parser.feed(heard.octets + "\r\n");
    return smtp::judge(heard.stage, parser.next().value().value());
}

void check(const std::vector<Heard>& rows) {
    for (const Heard& heard : rows) {
        CAPTURE(heard.server, heard.stage, heard.octets);
        CHECK(outcome_of(heard).kind == heard.kind);
    }
}

}  // namespace

TEST_CASE("what we may send in an hour or a day is a quota in the words of many servers") {
    const OutcomeKind quota = OutcomeKind::relay_quota;
    check({
        {"IONOS", Stage::rcpt,
         "450-Requested mail action not taken: mailbox unavailable\r\n450 Mail send limit exceeded.", quota},
        {"cPanel (Exim)", Stage::rcpt,
         "550 Domain example.com has exceeded the max emails per hour (105/100 (105%)) allowed. Message "
         "discarded.",
         quota},
        {"cPanel (Exim)", Stage::final_dot,
         "550 Domain example.com has exceeded the max defers and failures per hour (5/5 (100%)) allowed.",
         quota},
        {"GoDaddy", Stage::final_dot,
         "552 C13ypH3DXQO9CC140p6S9y Message would take you over your relay quota of 500 Current quota used: "
         "487",
         quota},
        {"StartMail", Stage::final_dot, "550 5.7.1 Your mail limit has been reached.", quota},
        {"Plesk", Stage::final_dot,
         "550 5.7.0 Your message could not be sent. The limit on the number of allowed outgoing messages was "
         "exceeded. Try again later.",
         quota},
        {"vmail", Stage::data, "554 5.7.1 <DATA>: Data command rejected: only 10 messages per day", quota},
        {"postfwd", Stage::rcpt,
         "450 4.7.1 <r@example.org>: Recipient address rejected: Number recipients per hour exceeded", quota},
        {"Google Workspace", Stage::rcpt,
         "550-5.7.1 Daily SMTP relay limit exceeded for customer. For more\r\n550 5.7.1 information contact "
         "your administrator",
         quota},
        {"Exchange Online", Stage::final_dot,
         "550 5.1.90 Your message can't be sent because you've reached your daily limit for message "
         "recipients",
         quota},
        {"Exchange Online", Stage::rcpt,
         "550 5.7.705 Service unavailable. Access denied, tenant has exceeded threshold.", quota},
        {"Exchange Online", Stage::rcpt,
         "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.", quota},
        {"Outlook", Stage::final_dot,
         "554 User n@example.com has exceeded its 24-hour sending limit. Messages to 25 recipients out of 25",
         quota},
        {"Coremail", Stage::final_dot, "550 spam mail rejected: exceeded hour limit", quota},
    });
}

TEST_CASE("too much at a time slows the relay in the words of many servers") {
    const OutcomeKind slowed = OutcomeKind::relay_slowed;
    check({
        {"Google Workspace", Stage::rcpt,
         "450-4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary\r\n450 4.2.1 error",
         slowed},
        {"mailcow (Rspamd)", Stage::final_dot, "451 4.7.1 Ratelimit \"user\" exceeded", slowed},
        {"Mailu (Postfix)", Stage::rcpt,
         "450 4.7.1 <n@example.com>: SASL login name rejected: You are sending too many emails too fast.",
         slowed},
        {"a hoster's", Stage::rcpt, "450 Too many recipient attempts", slowed},
        {"Mimecast", Stage::rcpt, "451 Exceeding outbound thread limit", slowed},
        {"Tencent", Stage::rcpt, "550 Ip frequency limited", slowed},
        {"OVH", Stage::final_dot, "550 sorry, too many emails (#5.7.1)", slowed},
        {"Free.fr", Stage::mail, "451 too many errors from your ip (192.0.2.7)", slowed},
        {"a hoster's", Stage::final_dot,
         "451 Requested action aborted: This mail account has sent too many messages in a short amount of "
         "time. Please try again later.",
         slowed},
    });
}

TEST_CASE("a mailbox that is full waits though its words speak of too much mail") {
    const OutcomeKind deferred = OutcomeKind::deferred;
    check({
        {"WEB.DE", Stage::rcpt,
         "550 Benutzer hat das Speichervolumen ueberschritten. / User has exhausted allowed storage space.",
         deferred},
        {"WEB.DE", Stage::rcpt,
         "550 Benutzer hat zuviele Mails auf dem Server. / User has too many messages on the server.",
         deferred},
        {"docomo", Stage::rcpt, "552 Too much mail data r@docomo.ne.jp", deferred},
        {"bytecamp", Stage::rcpt, "422 4.2.2 Quota limit exceeded (Speicherplatz des Kontos ueberschritten)",
         deferred},
        {"qmail", Stage::rcpt, "451 qq trouble in home directory (#4.3.0)", deferred},
    });
}

TEST_CASE("a full mailbox's words are no mailbox's where the status or the stage say so") {
    check({
        {"policyd", Stage::rcpt,
         "450 4.7.1 <r@example.org>: Recipient address rejected: Policy rejection: Quota exceeded",
         OutcomeKind::domain_slowed},
        {"Postfix", Stage::mail, "552 5.3.4 Message size exceeds the storage limit",
         OutcomeKind::rejected_message},
        {"qmail", Stage::rcpt, "550 5.1.1 no such user, mailbox is full", OutcomeKind::rejected_recipient},
    });
}

TEST_CASE("a mailbox that does not exist is the reader's in the words of many servers") {
    check({
        {"qmail", Stage::rcpt, "550 sorry, no mailbox here by that name. (#5.1.1)",
         OutcomeKind::rejected_recipient},
        {"au", Stage::rcpt, "550 <r@ezweb.ne.jp>: User unknown", OutcomeKind::perhaps_recipient},
        {"Alibaba", Stage::rcpt, "554 RCPT (r@example.org) dosn't exist", OutcomeKind::perhaps_recipient},
        {"Exchange Online", Stage::rcpt, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
         OutcomeKind::perhaps_recipient},
        {"Outlook.com", Stage::rcpt,
         "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
         OutcomeKind::perhaps_recipient},
    });
}

TEST_CASE("an account that may not send, or did not log in, is the relay's trouble") {
    const OutcomeKind trouble = OutcomeKind::relay_trouble;
    check({
        {"SendGrid", Stage::rcpt, "550 Unauthenticated senders not allowed", trouble},
        {"SendGrid", Stage::mail, "550 Unauthenticated senders not allowed", trouble},
        {"Brevo", Stage::final_dot,
         "502 5.7.0 Your SMTP account is not yet activated. Please contact us at contact@example.com to "
         "request activation",
         trouble},
        {"SMTP2GO", Stage::rcpt, "550 that IP address is not allowed to send", trouble},
        {"Amazon SES", Stage::final_dot,
         "554 Message rejected: Sending paused for this account. For more information, please check the "
         "inbox of the email address associated with your AWS account.",
         trouble},
        {"NTT (Postfix)", Stage::rcpt, "554 5.7.1 <r@example.org>: Client host rejected: Access denied",
         trouble},
        {"an account over its limit is no blocked one", Stage::final_dot,
         "550 Your account has exceeded its daily limit", OutcomeKind::relay_quota},
    });
}

TEST_CASE("relaying is denied in the words of many servers") {
    const OutcomeKind perhaps = OutcomeKind::perhaps_relay;
    check({
        {"qmail", Stage::rcpt, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
         perhaps},
        {"NetEase", Stage::rcpt, "553 Local user only,163 smtp5,HdxpCgA3f+63sTNhtiNZDA--.2001S2 1630777785",
         perhaps},
        {"Sina", Stage::rcpt, "553 host denies relay", perhaps},
        {"Mimecast", Stage::rcpt, "451 Open relay not allowed", perhaps},
    });
}

TEST_CASE("a sender that may not be one is named in the words of many servers") {
    const OutcomeKind sender = OutcomeKind::rejected_sender;
    check({
        {"NetEase", Stage::rcpt, "553 Mail from must equal authorized user", sender},
        {"Tencent", Stage::rcpt, "501 mail from address must be same as authorization user", sender},
        {"Yandex", Stage::final_dot, "553 5.7.1 Sender address rejected: not owned by auth user.", sender},
        {"La Poste", Stage::rcpt, "550 5.5.0 Emetteur invalide. Invalid Sender. LPN104_415", sender},
        {"SmarterMail", Stage::rcpt,
         "550 You are not allowed to use the domain hotmail.com as a sender domain.", sender},
        {"Sina", Stage::rcpt, "554 sender is unvalidated", sender},
        {"Exchange Online", Stage::final_dot, "550 5.1.8 Access denied, bad outbound sender", sender},
        {"Zoho", Stage::final_dot, "553 Relaying disallowed as n@example.com", sender},
        {"iCloud", Stage::final_dot, "550 5.7.0 From address is not one of your addresses", sender},
    });
}

TEST_CASE("content and reputation stay policy in the words of many servers") {
    const OutcomeKind policy = OutcomeKind::rejected_policy;
    check({
        {"Orange", Stage::final_dot, "550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]", policy},
        {"WEB.DE", Stage::final_dot,
         "554-Transaction failed\r\n554-Reject due to policy restrictions.\r\n554 For explanation visit "
         "https://postmaster.web.de/de/case?c=hi&i=ip&v=192.0.2.7",
         policy},
        {"iCloud (Proofpoint)", Stage::rcpt,
         "550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.7", policy},
        {"Exchange Online", Stage::final_dot, "550 5.7.501 Access denied, spam abuse detected.", policy},
        {"Gmail", Stage::final_dot,
         "550-5.7.26 Your email has been blocked because the sender is unauthenticated.\r\n550 5.7.26 Gmail "
         "requires all senders to authenticate with either SPF or DKIM.",
         policy},
        {"Gmail", Stage::final_dot,
         "550 5.7.1 Unauthenticated email from example.com is not accepted due to domain's DMARC policy",
         policy},
        {"InfoSphere (qmail)", Stage::rcpt, "550 can't accept user... (#5.7.1)", policy},
    });
}

TEST_CASE("a quota behind a stock phrase about mailboxes is held against nobody") {
    const Heard ionos{"IONOS", Stage::rcpt,
                      "450-Requested mail action not taken: mailbox unavailable\r\n450 Mail send limit "
                      "exceeded.",
                      OutcomeKind::relay_quota};
    CHECK(outcome_of(ionos).about == queue::About::unclear);
    const Heard full{"WEB.DE", Stage::rcpt, "550 User has exhausted allowed storage space.",
                     OutcomeKind::deferred};
    CHECK(outcome_of(full).about == queue::About::mailbox);
}

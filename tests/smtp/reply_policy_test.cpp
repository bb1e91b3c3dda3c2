// One test for each row of the table "what a reply means".
#include "smtp/reply_policy.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace std::chrono_literals;
using queue::OutcomeKind;
using queue::Stage;
using smtp::judge;
using smtp::parse_retry_after;
using smtp::Reply;

namespace {
OutcomeKind kind(Stage stage, int code, std::string enhanced = "", std::string text = "words") {
    return judge(stage, Reply{code, std::move(enhanced), std::move(text)}).kind;
}
}  // namespace

TEST_CASE("any 2yz to the dot is an acceptance") {
    CHECK(kind(Stage::final_dot, 250, "2.0.0") == OutcomeKind::accepted);
    CHECK(kind(Stage::final_dot, 252) == OutcomeKind::accepted);
    CHECK(kind(Stage::final_dot, 250, "4.7.0") == OutcomeKind::accepted);
}

TEST_CASE("an outcome carries stage, code, enhanced code and words") {
    const auto outcome = judge(Stage::rcpt, {550, "5.1.1", "No such user"});
    CHECK(outcome.stage == Stage::rcpt);
    CHECK(outcome.code == 550);
    CHECK(outcome.enhanced == "5.1.1");
    CHECK(outcome.text == "No such user");
    CHECK_FALSE(outcome.retry_after.has_value());
}

TEST_CASE("codes that name the mailbox reject the recipient, at RCPT and at the dot") {
    for (const char* enhanced : {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}) {
        CAPTURE(enhanced);
        CHECK(kind(Stage::rcpt, 550, enhanced) == OutcomeKind::rejected_recipient);
        CHECK(kind(Stage::final_dot, 550, enhanced) == OutcomeKind::rejected_recipient);
    }
    CHECK(kind(Stage::rcpt, 554, "5.1.1") == OutcomeKind::rejected_recipient);
}

TEST_CASE("a mailbox code in answer to DATA, which names nobody, does not suppress") {
    CHECK(kind(Stage::data, 550, "5.1.1") == OutcomeKind::perhaps_recipient);
}

TEST_CASE("a refusal at RCPT that names nobody may mean the address") {
    CHECK(kind(Stage::rcpt, 550, "5.1.0") == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 550) == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 551) == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 553) == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 550, "5.4.1", "Recipient address rejected: Access denied") ==
          OutcomeKind::perhaps_recipient);
}

TEST_CASE("the sender's statuses refuse the sender at every stage") {
    for (const Stage stage : {Stage::mail, Stage::rcpt, Stage::data, Stage::final_dot}) {
        for (const char* enhanced : {"5.1.7", "5.1.8", "5.7.60", "5.2.252"}) {
            CAPTURE(enhanced);
            CHECK(kind(stage, 550, enhanced) == OutcomeKind::rejected_sender);
        }
    }
}

TEST_CASE("words about the sender refuse the sender at every stage") {
    for (const char* words :
         {"<n@e.org>: Sender address rejected: Domain not found",
          "<n@e.org>: Sender address rejected: not owned by user n", "Sender verify failed",
          "sorry, your envelope sender domain must exist (#5.7.1)",
          "Domain of sender address n@e.org does not exist",
          "Message rejected: Email address is not verified. The following identities failed the check",
          "The from address does not match a verified Sender Identity",
          "n@e.org not allowed to send as m@e.org", "Sender is not allowed to use this server",
          "MAIL FROM: domain has no MX", "Unverified domain e.org"}) {
        CAPTURE(words);
        CHECK(kind(Stage::rcpt, 550, "", words) == OutcomeKind::rejected_sender);
        CHECK(kind(Stage::final_dot, 554, "", words) == OutcomeKind::rejected_sender);
        CHECK(kind(Stage::rcpt, 450, "", words) == OutcomeKind::relay_trouble);
    }
}

TEST_CASE("words about our name or address are the relay's trouble at every stage") {
    for (const char* words : {"<vm>: Helo command rejected: need fully-qualified hostname",
                              "Access denied - Invalid HELO name (See RFC2821 4.1.1.1)",
                              "Client host rejected: cannot find your reverse hostname, [192.0.2.7]",
                              "EHLO argument does not match"}) {
        CAPTURE(words);
        for (const int code : {450, 501, 504, 550, 554}) {
            CHECK(kind(Stage::rcpt, code, "", words) == OutcomeKind::relay_trouble);
            CHECK(kind(Stage::mail, code, "", words) == OutcomeKind::relay_trouble);
        }
    }
}

TEST_CASE("what a reader or a group does not want from this sender is that reader's") {
    for (const char* words :
         {"You are not allowed to send mail to this recipient: sender blocked by recipient",
          "RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
          "The sender is not permitted to send to this list, members only",
          "Sender address blocked by the recipient's policy"}) {
        CAPTURE(words);
        CHECK(kind(Stage::rcpt, 550, "5.7.1", words) == OutcomeKind::rejected_policy);
        CHECK(kind(Stage::final_dot, 550, "5.7.1", words) == OutcomeKind::rejected_policy);
    }
}

TEST_CASE("content and reputation are policy though the words name senders") {
    for (const char* words :
         {"This mail has been blocked because the sender is unauthenticated.",
          "Email from 192.0.2.7 is currently blocked", "Message rejected, see our sender guidelines",
          "Our system has detected that this message is likely unsolicited mail from this sender domain",
          "Service unavailable; Client host [192.0.2.7] blocked using zen.example"}) {
        CAPTURE(words);
        CHECK(kind(Stage::rcpt, 550, "5.7.1", words) == OutcomeKind::rejected_policy);
    }
}

TEST_CASE("relaying that is denied may be the address's or the relay's") {
    for (const char* words : {"Relay access denied", "relay not permitted", "Relaying denied",
                              "We do not relay for 192.0.2.7", "Unable to relay for r@example.org"}) {
        CAPTURE(words);
        CHECK(kind(Stage::rcpt, 454, "4.7.1", words) == OutcomeKind::perhaps_relay);
        CHECK(kind(Stage::rcpt, 550, "", words) == OutcomeKind::perhaps_relay);
        CHECK(kind(Stage::rcpt, 554, "5.7.1", words) == OutcomeKind::perhaps_relay);
        CHECK(kind(Stage::mail, 550, "5.7.1", words) == OutcomeKind::relay_trouble);
    }
    CHECK(kind(Stage::rcpt, 550, "5.7.64", "TenantAttribution; Relay Access Denied") ==
          OutcomeKind::relay_trouble);
}

TEST_CASE("a quota that is used up is the relay's whatever code it bears") {
    for (const char* words : {"Daily user sending limit exceeded.", "Daily message quota exceeded",
                              "You have exceeded the hourly email limit of this domain",
                              "SubmissionQuotaExceededException; Failed to process message",
                              "Unusual sending activity detected. Please try after sometime",
                              "sender has exceeded the maximum number of messages per day"}) {
        CAPTURE(words);
        for (const Stage stage : {Stage::mail, Stage::rcpt, Stage::final_dot}) {
            CHECK(kind(stage, 550, "5.4.5", words) == OutcomeKind::relay_quota);
            CHECK(kind(stage, 552, "", words) == OutcomeKind::relay_quota);
            CHECK(kind(stage, 454, "4.7.1", words) == OutcomeKind::relay_quota);
        }
    }
    CHECK(kind(Stage::final_dot, 550, "5.4.5") == OutcomeKind::relay_quota);
}

TEST_CASE("a mailbox's limits are that mailbox's") {
    CHECK(kind(Stage::rcpt, 450, "4.2.1",
               "The user you are trying to contact is receiving mail at a rate that prevents more") ==
          OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 452, "4.2.2", "Daily limit of the mailbox exceeded") == OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 552, "", "Mailbox has exceeded its daily limit") == OutcomeKind::deferred);
}

TEST_CASE("a relay that is sent too much at a time is slowed") {
    CHECK(kind(Stage::final_dot, 454, "", "Throttling failure: Maximum sending rate exceeded.") ==
          OutcomeKind::relay_slowed);
    CHECK(kind(Stage::final_dot, 432, "4.3.2", "STOREDRV.ClientSubmit; sender thread limit exceeded") ==
          OutcomeKind::relay_slowed);
    CHECK(kind(Stage::final_dot, 432) == OutcomeKind::relay_slowed);
    CHECK(kind(Stage::mail, 450, "4.7.1", "Error: too much mail from 192.0.2.7") ==
          OutcomeKind::relay_slowed);
    CHECK(kind(Stage::rcpt, 450, "", "Rate limit exceeded, slow down") == OutcomeKind::relay_slowed);
    CHECK(kind(Stage::rcpt, 550, "", "Message rate limit exceeded") == OutcomeKind::relay_slowed);
    CHECK(kind(Stage::rcpt, 451, "", "Sender rate exceeds 20 messages per 1h") == OutcomeKind::relay_slowed);
    // A limit on what comes from us is that of the server that we are connected to; any other may be the
    // provider's.
    CHECK(kind(Stage::rcpt, 450, "4.7.1", "Error: too many recipients from 192.0.2.7") ==
          OutcomeKind::relay_slowed);
    CHECK(kind(Stage::rcpt, 450, "4.7.1", "Rate limit exceeded, slow down") == OutcomeKind::domain_slowed);
}

TEST_CASE("a session that has had enough is told by its words and by 4.5.3 and 4.4.5") {
    CHECK(kind(Stage::mail, 450, "", "too many messages in this connection, reconnect") ==
          OutcomeKind::session_limit);
    CHECK(kind(Stage::mail, 554, "5.7.0", "Too many messages in this session") == OutcomeKind::session_limit);
    CHECK(kind(Stage::rcpt, 452, "4.5.3", "Too many recipients") == OutcomeKind::session_limit);
    CHECK(kind(Stage::mail, 452, "4.5.3") == OutcomeKind::session_limit);
    CHECK(kind(Stage::rcpt, 451, "4.4.5") == OutcomeKind::session_limit);
}

TEST_CASE("a refusal tells whether its words are about a mailbox") {
    const auto about = [](int code, const char* enhanced, const char* words) {
        return judge(Stage::rcpt, Reply{code, enhanced, words}).about;
    };
    CHECK(about(550, "5.1.1", "words") == queue::About::mailbox);
    CHECK(about(550, "", "Recipient address rejected: User unknown") == queue::About::mailbox);
    CHECK(about(554, "", "delivery error: dd This user doesn't have an account") == queue::About::mailbox);
    CHECK(about(550, "", "no") == queue::About::unclear);
    CHECK(about(550, "5.7.1", "User unknown to our block list") == queue::About::unclear);
    CHECK(about(450, "4.7.1", "Greylisted") == queue::About::patience);
}

TEST_CASE("a server that takes no mail at all says nothing about the mailbox") {
    CHECK(kind(Stage::rcpt, 521, "5.2.1") == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::rcpt, 571, "", "blocked") == OutcomeKind::rejected_policy);
}

TEST_CASE("an unknown user is an address though the code is 554") {
    CHECK(kind(Stage::rcpt, 554, "", "This user doesn't have an account here") ==
          OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::final_dot, 554, "", "This user doesn't have an account here") ==
          OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 554, "", "no") == OutcomeKind::rejected_policy);
}

TEST_CASE("a full mailbox defers") {
    CHECK(kind(Stage::rcpt, 552) == OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 552, "5.2.2") == OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 550, "5.2.2") == OutcomeKind::deferred);
    CHECK(kind(Stage::final_dot, 552, "5.2.2") == OutcomeKind::deferred);
    CHECK(kind(Stage::final_dot, 552, "", "mailbox is over its quota") == OutcomeKind::deferred);
}

TEST_CASE("greylisting defers, whatever its code") {
    CHECK(kind(Stage::rcpt, 450, "4.7.1", "Greylisted, try again in 5 minutes") == OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 451, "4.7.1", "Recipient address rejected: Greylisting in action") ==
          OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 451) == OutcomeKind::deferred);
}

TEST_CASE("other 4yz defer once a recipient is named") {
    CHECK(kind(Stage::rcpt, 452, "4.2.2") == OutcomeKind::deferred);
    CHECK(kind(Stage::data, 451) == OutcomeKind::deferred);
    CHECK(kind(Stage::final_dot, 450, "4.3.2") == OutcomeKind::deferred);
}

TEST_CASE("too large, at MAIL or the dot, rejects the message") {
    CHECK(kind(Stage::mail, 552, "5.3.4") == OutcomeKind::rejected_message);
    CHECK(kind(Stage::mail, 552, "5.2.3") == OutcomeKind::rejected_message);
    CHECK(kind(Stage::mail, 552) == OutcomeKind::rejected_message);
    CHECK(kind(Stage::final_dot, 554, "5.3.4") == OutcomeKind::rejected_message);
    CHECK(kind(Stage::final_dot, 552, "", "message size exceeds fixed limit") ==
          OutcomeKind::rejected_message);
    CHECK(kind(Stage::final_dot, 554, "5.6.0", "malformed") == OutcomeKind::rejected_message);
}

TEST_CASE("too large for one mailbox concerns that one only") {
    CHECK(kind(Stage::rcpt, 552, "5.2.3") == OutcomeKind::rejected_policy);
}

TEST_CASE("MAIL refused for good rejects the sender") {
    CHECK(kind(Stage::mail, 550) == OutcomeKind::rejected_sender);
    CHECK(kind(Stage::mail, 553, "5.1.8") == OutcomeKind::rejected_sender);
    CHECK(kind(Stage::mail, 554, "5.7.1") == OutcomeKind::rejected_sender);
    CHECK(kind(Stage::mail, 550, "5.1.1") == OutcomeKind::rejected_sender);
}

TEST_CASE("5.7.x, and 550 or 554 after the body, are policy") {
    CHECK(kind(Stage::rcpt, 550, "5.7.26") == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::data, 554, "5.7.1") == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::final_dot, 550) == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::final_dot, 554) == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::final_dot, 550, "5.7.1") == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::body, 554) == OutcomeKind::rejected_policy);
}

TEST_CASE("4.7.x slows the domain") {
    CHECK(kind(Stage::rcpt, 450, "4.7.28", "unusual rate") == OutcomeKind::domain_slowed);
    CHECK(kind(Stage::final_dot, 451, "4.7.1", "reputation") == OutcomeKind::domain_slowed);
}

TEST_CASE("4yz to MAIL is the relay's for nobody has been named") {
    CHECK(kind(Stage::mail, 450, "4.7.1", "not now") == OutcomeKind::relay_trouble);
    CHECK(kind(Stage::mail, 451, "4.3.0") == OutcomeKind::relay_trouble);
    CHECK(kind(Stage::mail, 452, "4.3.1", "Insufficient system storage") == OutcomeKind::relay_trouble);
}

TEST_CASE("421 in a transaction is relay trouble at every stage") {
    for (const Stage stage : {Stage::mail, Stage::rcpt, Stage::data, Stage::body, Stage::final_dot}) {
        CHECK(kind(stage, 421) == OutcomeKind::relay_trouble);
        CHECK(kind(stage, 421, "4.7.0") == OutcomeKind::relay_trouble);
    }
}

TEST_CASE("refusals before MAIL are relay trouble") {
    for (const Stage stage : {Stage::connect, Stage::tls, Stage::greeting, Stage::ehlo, Stage::auth}) {
        CHECK(kind(stage, 450) == OutcomeKind::relay_trouble);
        CHECK(kind(stage, 554, "5.7.1") == OutcomeKind::relay_trouble);
    }
}

TEST_CASE("a missing login is the relay's configuration, not the sender's fault") {
    CHECK(kind(Stage::mail, 530, "5.7.0") == OutcomeKind::relay_trouble);
    CHECK(kind(Stage::rcpt, 530) == OutcomeKind::relay_trouble);
}

TEST_CASE("a reply that does not fit its stage is a protocol error, and doubt past the dot") {
    CHECK(kind(Stage::mail, 354) == OutcomeKind::protocol);
    CHECK(kind(Stage::data, 250) == OutcomeKind::protocol);
    CHECK(kind(Stage::rcpt, 150) == OutcomeKind::protocol);
    CHECK(kind(Stage::mail, 503, "5.5.1") == OutcomeKind::protocol);
    CHECK(kind(Stage::final_dot, 354) == OutcomeKind::in_doubt);
    CHECK(kind(Stage::final_dot, 503) == OutcomeKind::in_doubt);
}

TEST_CASE("an enhanced code of another class than the basic code is ignored") {
    CHECK(kind(Stage::rcpt, 450, "5.1.1") == OutcomeKind::deferred);
    CHECK(kind(Stage::rcpt, 550, "4.1.1") == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 550, "4.7.1") == OutcomeKind::perhaps_recipient);
}

TEST_CASE("a wait that the server asks for is understood") {
    CHECK(parse_retry_after("Greylisted, try again in 5 minutes") == 5min);
    CHECK(parse_retry_after("please retry after 300 seconds.") == 5min);
    CHECK(parse_retry_after("Try again in 300s") == 5min);
    CHECK(parse_retry_after("come back in 1 hour, thank you") == 1h);
    CHECK(parse_retry_after("You must wait 90 sec") == 90s);
    CHECK(judge(Stage::rcpt, {451, "4.7.1", "Greylisted; try again in 10 min"}).retry_after ==
          Duration(10min));
}

TEST_CASE("a wait longer than a day is a day") {
    CHECK(parse_retry_after("try again in 90 hours") == 24h);
    CHECK(parse_retry_after("try again in 99999999999999999999999 hours") == 24h);
}

TEST_CASE("numbers that are no wait are not taken for one") {
    CHECK_FALSE(parse_retry_after("try again later").has_value());
    CHECK_FALSE(parse_retry_after("mailbox over quota by 5 minutes of video").has_value());
    CHECK_FALSE(parse_retry_after("try again, 10 messages in queue 7").has_value());
    CHECK_FALSE(parse_retry_after("").has_value());
    CHECK_FALSE(judge(Stage::rcpt, {550, "", "try again in 5 minutes"}).retry_after.has_value());
}

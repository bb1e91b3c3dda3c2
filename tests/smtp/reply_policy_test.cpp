// One test per row of the table "what a reply means".
#include "smtp/reply_policy.hpp"

#include <catch2/catch.hpp>

#include "smtp/relay_denial_watch.hpp"

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

TEST_CASE("codes that may mean the sender do not suppress by themselves") {
    for (const char* enhanced : {"5.1.0", "5.1.7", "5.1.8"}) {
        CAPTURE(enhanced);
        CHECK(kind(Stage::rcpt, 550, enhanced) == OutcomeKind::perhaps_recipient);
    }
    CHECK(kind(Stage::rcpt, 550) == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 551) == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 553) == OutcomeKind::perhaps_recipient);
    CHECK(kind(Stage::rcpt, 550, "5.4.1", "Recipient address rejected: Access denied") ==
          OutcomeKind::perhaps_recipient);
}

TEST_CASE("a sender's code after the body is policy, the recipient is innocent") {
    CHECK(kind(Stage::final_dot, 550, "5.1.7") == OutcomeKind::rejected_policy);
    CHECK(kind(Stage::final_dot, 550, "5.1.8") == OutcomeKind::rejected_policy);
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

TEST_CASE("other 4yz defer at every stage of a transaction") {
    CHECK(kind(Stage::mail, 451, "4.3.0") == OutcomeKind::deferred);
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

TEST_CASE("4.7.x to MAIL is the relay's, for no domain has been named") {
    CHECK(kind(Stage::mail, 450, "4.7.1", "too much mail from you") == OutcomeKind::relay_trouble);
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

TEST_CASE("relay denied for a session's first recipients in a row is the relay's trouble") {
    smtp::RelayDenialWatch watch;
    const auto denied = judge(Stage::rcpt, {554, "5.7.1", "Relay access denied"});
    CHECK(watch.observe(denied).kind == OutcomeKind::perhaps_relay);
    CHECK(watch.observe(denied).kind == OutcomeKind::perhaps_relay);
    CHECK(watch.observe(denied).kind == OutcomeKind::relay_trouble);
}

TEST_CASE("Exim's bare 550 relay not permitted counts as a denial") {
    smtp::RelayDenialWatch watch;
    const auto denied = judge(Stage::rcpt, {550, "", "relay not permitted"});
    CHECK(watch.observe(denied).kind == OutcomeKind::perhaps_relay);
    CHECK(watch.observe(denied).kind == OutcomeKind::perhaps_relay);
    CHECK(watch.observe(denied).kind == OutcomeKind::relay_trouble);
}

TEST_CASE("a bare 550 that does not speak of relaying stays as judged until the third in a row") {
    smtp::RelayDenialWatch watch;
    const auto refused = judge(Stage::rcpt, {550, "", "mailbox unavailable"});
    CHECK(watch.observe(refused).kind == OutcomeKind::perhaps_recipient);
    CHECK(watch.observe(refused).kind == OutcomeKind::perhaps_recipient);
    CHECK(watch.observe(refused).kind == OutcomeKind::relay_trouble);
}

TEST_CASE("once a recipient has been let through, a denial is that recipient's") {
    smtp::RelayDenialWatch watch;
    CHECK(watch.observe(judge(Stage::final_dot, {250, "", "ok"})).kind == OutcomeKind::accepted);
    for (int i = 0; i < 5; ++i) {
        CHECK(watch.observe(judge(Stage::rcpt, {554, "5.7.1", "Relay access denied"})).kind ==
              OutcomeKind::rejected_policy);
    }
}

TEST_CASE("what happened before RCPT does not break the row of denials") {
    smtp::RelayDenialWatch watch;
    const auto denied = judge(Stage::rcpt, {554, "5.7.1", "Relay access denied"});
    CHECK(watch.observe(denied).kind == OutcomeKind::perhaps_relay);
    CHECK(watch.observe(judge(Stage::mail, {451, "", "busy"})).kind == OutcomeKind::deferred);
    CHECK(watch.observe(denied).kind == OutcomeKind::perhaps_relay);
    CHECK(watch.observe(denied).kind == OutcomeKind::relay_trouble);
}

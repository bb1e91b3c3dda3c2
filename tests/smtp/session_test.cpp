// The session's rules, against a scripted dialogue: what is written, what each reply leads to, whether the
// session survives.
#include "smtp/session.hpp"

#include <catch2/catch.hpp>

#include "smtp/scripted_transport.hpp"

using namespace paperround;
using queue::OutcomeKind;
using queue::Stage;
using smtp::Session;
using smtp::Transfer;
using test::Dialogue;

namespace {

const smtp::Envelope envelope{"bounce@example.org", "ann@example.net"};
const std::string message = "Subject: x\r\n\r\n.hello\r\n";
const smtp::Envelope international{"bounce@example.org", "j\xc3\xb6rg@example.net"};
const std::string utf8_message = "To: <j\xc3\xb6rg@example.net>\r\n\r\nhello you\r\n";
const std::string envelope_replies = "250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n";
bool wanted() {
    return true;
}

struct Conversation {
    std::shared_ptr<Dialogue> dialogue = std::make_shared<Dialogue>();
    smtp::Capabilities offered{.pipelining = true};

    Session session() { return {std::make_unique<test::ScriptedTransport>(dialogue), offered, {}}; }
    queue::Outcome send_one() {
        auto it = session();
        return it.send(envelope, message, wanted);
    }
};

}  // namespace

TEST_CASE("with PIPELINING the envelope is one write, the content another") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 2.0.0 queued as 1\r\n"};
    auto session = c.session();
    const auto outcome = session.send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::accepted);
    CHECK(outcome.stage == Stage::final_dot);
    CHECK(outcome.code == 250);
    CHECK(outcome.text == "queued as 1");
    CHECK(c.dialogue->writes == 2);
    CHECK(c.dialogue->written ==
          "MAIL FROM:<bounce@example.org>\r\nRCPT TO:<ann@example.net>\r\nDATA\r\n"
          "Subject: x\r\n\r\n..hello\r\n.\r\n");
    CHECK(session.usable());
    CHECK(session.sent() == 1);
}

TEST_CASE("without PIPELINING each command waits for its reply") {
    Conversation c;
    c.offered.pipelining = false;
    c.dialogue->replies = {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 queued\r\n"};
    CHECK(c.send_one().kind == OutcomeKind::accepted);
    CHECK(c.dialogue->writes == 4);
}

TEST_CASE("without PIPELINING nothing follows a refused command") {
    Conversation c;
    c.offered.pipelining = false;
    c.dialogue->replies = {"550 5.7.1 no\r\n"};
    CHECK(c.send_one().kind == OutcomeKind::rejected_sender);
    CHECK(c.dialogue->written == "MAIL FROM:<bounce@example.org>\r\n");
}

TEST_CASE("the size is declared where SIZE is offered") {
    Conversation c;
    c.offered.size = true;
    c.dialogue->replies = {envelope_replies, "250 ok\r\n"};
    CHECK(c.send_one().kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.starts_with("MAIL FROM:<bounce@example.org> SIZE=22\r\n"));
}

TEST_CASE("where DSN is offered the message and its recipient are named for reports") {
    Conversation c;
    c.offered.dsn = true;
    c.offered.size = true;
    c.dialogue->replies = {envelope_replies, "250 ok\r\n"};
    auto session = c.session();
    CHECK(
        session.send({"bounce@example.org", "ann+1@example.net", "k.7@example.org"}, message, wanted).kind ==
        OutcomeKind::accepted);
    CHECK(c.dialogue->written.starts_with(
        "MAIL FROM:<bounce@example.org> SIZE=22 RET=HDRS ENVID=k.7@example.org\r\n"
        "RCPT TO:<ann+1@example.net> ORCPT=rfc822;ann+2B1@example.net\r\nDATA\r\n"));
}

TEST_CASE("an empty return path is the null one") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 ok\r\n"};
    auto session = c.session();
    CHECK(session.send({"", "ann@example.net"}, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.starts_with("MAIL FROM:<>\r\n"));
}

TEST_CASE("a message over the relay's limit is refused before a byte is written") {
    Conversation c;
    c.offered.size = true;
    c.offered.size_limit = 21;
    auto session = c.session();
    const auto outcome = session.send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::rejected_message);
    CHECK(outcome.enhanced == "5.3.4");
    CHECK(outcome.text == "the message has 22 octets, the relay takes 21");
    CHECK(c.dialogue->written.empty());
    CHECK(session.usable());
}

TEST_CASE("a forged address is refused before a byte is written: a reader's alone and a sender's for all") {
    Conversation c;
    auto session = c.session();
    CHECK(session.send({"b@example.org", "a@b>\r\nDATA"}, message, wanted).kind ==
          OutcomeKind::rejected_policy);
    CHECK(session.send({"b\n@example.org", "a@b"}, message, wanted).kind == OutcomeKind::rejected_sender);
    CHECK(c.dialogue->written.empty());
    CHECK(session.usable());
}

TEST_CASE("a message with a bare LF is refused for its reader alone before a byte is written") {
    Conversation c;
    auto session = c.session();
    const auto outcome = session.send(envelope, "a\r\n.\nb\r\n", wanted);
    CHECK(outcome.kind == OutcomeKind::rejected_policy);
    CHECK(outcome.enhanced == "5.6.0");
    CHECK(outcome.text == "line 2 of the message ends in LF without CR");
    CHECK(c.dialogue->written.empty());
}

TEST_CASE("an 8-bit address goes out with SMTPUTF8 and 8BITMIME and its header in UTF-8") {
    Conversation c;
    c.offered.smtputf8 = true;
    c.offered.eight_bit_mime = true;
    c.offered.size = true;
    c.dialogue->replies = {envelope_replies, "250 ok\r\n"};
    auto session = c.session();
    CHECK(session.send(international, utf8_message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written ==
          "MAIL FROM:<bounce@example.org> SIZE=38 BODY=8BITMIME SMTPUTF8\r\n"
          "RCPT TO:<j\xc3\xb6rg@example.net>\r\nDATA\r\n" +
              utf8_message + ".\r\n");
}

TEST_CASE("an ASCII address asks for no SMTPUTF8 where it is offered") {
    Conversation c;
    c.offered.smtputf8 = true;
    c.offered.eight_bit_mime = true;
    c.dialogue->replies = {envelope_replies, "250 ok\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.starts_with("MAIL FROM:<bounce@example.org>\r\n"));
}

TEST_CASE("where SMTPUTF8 or 8BITMIME is missing an 8-bit address is refused for its reader alone") {
    Conversation c;
    c.offered.smtputf8 = GENERATE(true, false);
    c.offered.eight_bit_mime = !c.offered.smtputf8;
    auto session = c.session();
    const auto outcome = session.send(international, utf8_message, wanted);
    CHECK(outcome.kind == OutcomeKind::rejected_policy);
    CHECK(outcome.enhanced == "5.6.7");
    CHECK(outcome.stage == Stage::rcpt);
    CHECK(c.dialogue->written.empty());
    CHECK(session.usable());
}

TEST_CASE("where SMTPUTF8 is missing an 8-bit address of the sender's stops the sender") {
    Conversation c;
    auto session = c.session();
    CHECK(session.send({"n\xc3\xb6tes@example.org", "ann@example.net"}, message, wanted).kind ==
          OutcomeKind::rejected_sender);
    const std::string reply_to = "Reply-To: <n\xc3\xb6tes@example.org>\r\n\r\nhello\r\n";
    CHECK(session.send(envelope, reply_to, wanted).kind == OutcomeKind::rejected_sender);
    CHECK(c.dialogue->written.empty());
}

TEST_CASE("a refusal of the parameter SMTPUTF8 is not the sender's") {
    const std::string refusal = GENERATE("555 5.5.4 Unsupported option: SMTPUTF8", "501 Bad parameters",
                                         "550 5.6.7 SMTPUTF8 is required downstream");
    Conversation c;
    c.offered.smtputf8 = true;
    c.offered.eight_bit_mime = true;
    c.dialogue->replies = {refusal + "\r\n503 no\r\n503 no\r\n"};
    auto session = c.session();
    const auto outcome = session.send(international, utf8_message, wanted);
    CHECK(outcome.kind == OutcomeKind::rejected_policy);
    CHECK(outcome.stage == Stage::mail);
    c.dialogue->replies = {refusal + "\r\n503 no\r\n503 no\r\n"};
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::rejected_sender);
}

TEST_CASE(
    "a refused recipient decides, though DATA behind it is refused too, and RSET precedes the next MAIL") {
    Conversation c;
    c.dialogue->replies = {"250 ok\r\n550 5.1.1 no such user\r\n503 5.5.1 no recipients\r\n",
                           "250 reset\r\n" + envelope_replies, "250 queued\r\n"};
    auto session = c.session();
    const auto outcome = session.send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::rejected_recipient);
    CHECK(outcome.stage == Stage::rcpt);
    REQUIRE(session.usable());
    c.dialogue->written.clear();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.starts_with("RSET\r\nMAIL FROM:"));
}

TEST_CASE("a refused MAIL leaves nothing to reset") {
    Conversation c;
    c.dialogue->replies = {"550 5.7.1 no\r\n503 no mail\r\n503 no rcpt\r\n", envelope_replies,
                           "250 queued\r\n"};
    auto session = c.session();
    const auto outcome = session.send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::rejected_sender);
    CHECK(outcome.code == 550);
    REQUIRE(session.usable());
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.find("RSET") == std::string::npos);
}

TEST_CASE("a 354 after a refused MAIL is ended by a lone dot whose reply is ignored") {
    Conversation c;
    c.dialogue->replies = {"550 5.7.1 no\r\n503 no mail\r\n354 go on\r\n", "250 took it\r\n",
                           envelope_replies, "250 queued\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::rejected_sender);
    CHECK(c.dialogue->written.ends_with("DATA\r\n.\r\n"));
    REQUIRE(session.usable());
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.find("RSET") == std::string::npos);
}

TEST_CASE(
    "a server that takes the recipient and a DATA after it refused MAIL gets no empty message for him") {
    Conversation c;
    c.dialogue->replies = {"452 4.5.3 too many\r\n250 ok\r\n354 go on\r\n", "250 took it\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::relay_slowed);
    CHECK(c.dialogue->written.ends_with("DATA\r\n"));
    CHECK(c.dialogue->destroyed);
}

TEST_CASE("a refused dot has cleared the transaction, so no RSET follows") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "554 5.7.1 spam\r\n", envelope_replies, "250 queued\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::rejected_policy);
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.find("RSET") == std::string::npos);
}

TEST_CASE("a refused DATA leaves a transaction to reset") {
    Conversation c;
    c.dialogue->replies = {"250 ok\r\n250 ok\r\n451 4.3.0 later\r\n"};
    auto session = c.session();
    const auto outcome = session.send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::deferred);
    CHECK(outcome.stage == Stage::data);
    REQUIRE(session.usable());
    c.dialogue->replies = {"250 reset\r\n" + envelope_replies, "250 ok\r\n"};
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(c.dialogue->written.find("RSET\r\nMAIL") != std::string::npos);
}

TEST_CASE("a time-out before the dot is relay trouble with its stage, and ends the session") {
    const std::vector<std::pair<std::string, Stage>> stalls{
        {"", Stage::mail}, {"250 ok\r\n", Stage::rcpt}, {"250 ok\r\n250 ok\r\n", Stage::data}};
    for (const auto& [replies, stage] : stalls) {
        Conversation c;
        if (!replies.empty()) c.dialogue->replies = {replies};
        auto session = c.session();
        const auto outcome = session.send(envelope, message, wanted);
        CHECK(outcome.kind == OutcomeKind::relay_trouble);
        CHECK(outcome.stage == stage);
        CHECK(outcome.code == 0);
        CHECK(c.dialogue->destroyed);
        CHECK_FALSE(session.usable());
    }
}

TEST_CASE("no reply to the dot is doubt, however it came about") {
    for (const Transfer how :
         {Transfer::timed_out, Transfer::closed, Transfer::failed, Transfer::interrupted}) {
        Conversation c;
        c.dialogue->replies = {envelope_replies};
        c.dialogue->at_end = how;
        const auto outcome = c.send_one();
        CHECK(outcome.kind == OutcomeKind::in_doubt);
        CHECK(outcome.stage == Stage::final_dot);
        CHECK(c.dialogue->destroyed);
    }
}

TEST_CASE("an unparsable reply to the dot is doubt, before it a protocol error") {
    Conversation past;
    past.dialogue->replies = {envelope_replies, "what?\r\n"};
    CHECK(past.send_one().kind == OutcomeKind::in_doubt);
    Conversation before;
    before.dialogue->replies = {"250 ok\r\nwhat?\r\n"};
    const auto outcome = before.send_one();
    CHECK(outcome.kind == OutcomeKind::protocol);
    CHECK(outcome.stage == Stage::rcpt);
    CHECK(before.dialogue->destroyed);
}

TEST_CASE("one octet of the write that holds the dot is enough for doubt") {
    Conversation c;
    c.dialogue->replies = {envelope_replies};
    c.dialogue->failing_write = 1;
    c.dialogue->octets_of_failing_write = 1;
    c.dialogue->at_end = Transfer::closed;
    CHECK(c.send_one().kind == OutcomeKind::in_doubt);
}

TEST_CASE("a write that took no octet of the dot is relay trouble") {
    Conversation c;
    c.dialogue->replies = {envelope_replies};
    c.dialogue->failing_write = 1;
    c.dialogue->at_end = Transfer::closed;
    const auto outcome = c.send_one();
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::body);
}

TEST_CASE("under TLS a failed write of the dot is doubt, for a record may wait in the socket") {
    Conversation c;
    c.dialogue->tls = "TLSv1.3";
    c.dialogue->replies = {envelope_replies};
    c.dialogue->failing_write = 1;
    c.dialogue->write_failure = Transfer::timed_out;
    const auto outcome = c.send_one();
    CHECK(outcome.kind == OutcomeKind::in_doubt);
    CHECK(outcome.tls == "TLSv1.3");
}

TEST_CASE("a large message that breaks off before its last block is not in doubt") {
    Conversation c;
    std::string large;
    while (large.size() < 60'000) large += std::string(70, 'x') + "\r\n";
    c.dialogue->replies = {envelope_replies};
    c.dialogue->failing_write = 2;  // the second of four blocks
    c.dialogue->octets_of_failing_write = 1000;
    c.dialogue->at_end = Transfer::closed;
    auto session = c.session();
    const auto outcome = session.send(envelope, large, wanted);
    CHECK(outcome.kind == OutcomeKind::relay_trouble);
    CHECK(outcome.stage == Stage::body);
}

TEST_CASE("the final dot is never split from its write, whatever the length of the message") {
    for (std::size_t extra = 0; extra < 8; ++extra) {
        Conversation c;
        std::string text;
        while (text.size() < 16'200) text += std::string(58, 'x') + "\r\n";
        while (text.size() < 16'374 + extra) text += 'y';
        text += "\r\n";
        c.dialogue->replies = {envelope_replies};
        c.dialogue->failing_write = 2;
        auto session = c.session();
        const auto outcome = session.send(envelope, text, wanted);
        // If there is a second block, its write fails with nothing written, and no dot may have left before
        // it.
        if (c.dialogue->writes > 2) {
            CHECK(outcome.kind == OutcomeKind::relay_trouble);
            CHECK_FALSE(c.dialogue->written.ends_with("\r\n."));
            CHECK_FALSE(c.dialogue->written.ends_with("\r\n.\r"));
        }
    }
}

TEST_CASE("that the dot leaves is said once, directly before the write that holds it") {
    Conversation c;
    std::string large;
    while (large.size() < 60'000) large += std::string(70, 'x') + "\r\n";
    const std::string text = GENERATE_COPY(message, large);
    c.dialogue->replies = {envelope_replies, "250 ok\r\n"};
    int said = 0;
    std::size_t before = 0;
    auto session = c.session();
    CHECK(session
              .send(envelope, text, wanted, {},
                    [&] {
                        ++said;
                        before = c.dialogue->writes;
                        CHECK(c.dialogue->written.find("\r\n.\r\n") == std::string::npos);
                    })
              .kind == OutcomeKind::accepted);
    CHECK(said == 1);
    CHECK(before + 1 == c.dialogue->writes);
}

TEST_CASE("that the dot leaves is not said of a message that ends before it") {
    Conversation c;
    c.dialogue->replies = {
        GENERATE(as<std::string>(), "250 ok\r\n550 5.1.1 no\r\n503 what\r\n", envelope_replies)};
    int asked = 0;
    int said = 0;
    auto session = c.session();
    const auto outcome = session.send(
        envelope, message, [&] { return ++asked < 2; }, {}, [&] { ++said; });
    CHECK(outcome.kind != OutcomeKind::accepted);
    CHECK(said == 0);
}

TEST_CASE("a server that refuses in mid-message and hangs up is heard") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "554 5.7.1 enough\r\n"};
    c.dialogue->failing_write = 1;
    const auto outcome = c.send_one();
    CHECK(outcome.kind == OutcomeKind::rejected_policy);
    CHECK(outcome.stage == Stage::body);
    CHECK(c.dialogue->destroyed);
}

TEST_CASE("421 within a transaction is relay trouble and ends the session") {
    for (const std::string replies :
         {"421 4.3.2 bye\r\n", "250 ok\r\n421 bye\r\n", "250 ok\r\n250 ok\r\n421 bye\r\n"}) {
        Conversation c;
        c.dialogue->replies = {replies};
        const auto outcome = c.send_one();
        CHECK(outcome.kind == OutcomeKind::relay_trouble);
        CHECK(outcome.code == 421);
        CHECK(c.dialogue->destroyed);
    }
    Conversation at_the_dot;
    at_the_dot.dialogue->replies = {envelope_replies, "421 4.3.2 shutting down\r\n"};
    CHECK(at_the_dot.send_one().kind == OutcomeKind::relay_trouble);
}

TEST_CASE("a 421 between transactions is noticed before MAIL and means nothing") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 queued\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    c.dialogue->quiet = false;
    CHECK_FALSE(session.usable());
    CHECK(c.dialogue->destroyed);
}

TEST_CASE("an acceptance with a 421 right behind it stands, and ends the session") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 queued\r\n421 bye\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK_FALSE(session.usable());
}

TEST_CASE("a 503 to any command of the envelope ends the session and nothing was tried") {
    const std::string replies =
        GENERATE("503 5.5.1 Bad sequence of commands\r\n", "250 ok\r\n503 Valid MAIL must precede RCPT\r\n",
                 "250 ok\r\n250 ok\r\n503 valid RCPT command must precede DATA\r\n");
    Conversation c;
    c.dialogue->replies = {replies};
    auto session = c.session();
    const auto outcome = session.send(envelope, message, wanted);
    CHECK(outcome.kind == OutcomeKind::protocol);
    CHECK(outcome.code == 503);
    CHECK(session.out_of_step());
    CHECK_FALSE(session.overlap_failed());
    CHECK_FALSE(session.usable());
}

TEST_CASE("a 503 to the dot is doubt because it may be another command's reply") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "503 Bad sequence of commands\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::in_doubt);
    CHECK_FALSE(session.out_of_step());
}

TEST_CASE("a reply to the dot of any length is an acceptance") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 2.0.0 queued " + std::string(3000, 'x') + "\r\n"};
    CHECK(c.send_one().kind == OutcomeKind::accepted);
}

TEST_CASE("losing the race against an idle server's end is told apart") {
    for (const bool by_reply : {true, false}) {
        Conversation c;
        c.dialogue->replies = {envelope_replies, "250 queued\r\n"};
        c.dialogue->at_end = Transfer::closed;
        auto session = c.session();
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
        CHECK_FALSE(session.used_up());
        if (by_reply) c.dialogue->replies = {"421 4.4.2 idle too long\r\n"};
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::relay_trouble);
        CHECK(session.used_up());
    }
}

TEST_CASE("a session that has served is used up by whatever ends it and on a new one the same words count") {
    const std::string accepted = "250 2.0.0 queued\r\n";
    struct Case {
        std::string name;
        std::vector<std::string> replies;  // to the second message
        bool said;
        OutcomeKind on_a_new_one;
    };
    const std::vector<Case> cases{
        {"421 to MAIL",
         {"421 4.7.0 too many messages in this connection\r\n"},
         false,
         OutcomeKind::relay_trouble},
        {"452 4.5.3 to MAIL",
         {"452 4.5.3 Too many messages\r\n503 no\r\n503 no\r\n"},
         true,
         OutcomeKind::relay_slowed},
        {"450 to MAIL", {"450 reconnect, please\r\n503 no\r\n503 no\r\n"}, false, OutcomeKind::relay_trouble},
        {"554 to MAIL",
         {"554 5.7.0 Too many messages in this session\r\n503 no\r\n503 no\r\n"},
         true,
         OutcomeKind::relay_trouble},
        {"421 to RCPT",
         {"250 ok\r\n421 4.7.0 too many recipients in this session\r\n"},
         false,
         OutcomeKind::relay_trouble},
        {"452 4.5.3 to RCPT",
         {"250 ok\r\n452 4.5.3 Too many recipients\r\n503 no\r\n"},
         true,
         OutcomeKind::relay_slowed},
        {"451 4.4.5 to DATA",
         {"250 ok\r\n250 ok\r\n451 4.4.5 congestion\r\n"},
         true,
         OutcomeKind::relay_slowed},
        {"421 to DATA", {"250 ok\r\n250 ok\r\n421 4.7.0 bye\r\n"}, false, OutcomeKind::relay_trouble},
        {"421 in place of 250",
         {envelope_replies, "421 4.7.0 limit reached, not queued\r\n"},
         false,
         OutcomeKind::relay_trouble},
        {"the end of the connection at MAIL", {}, false, OutcomeKind::relay_trouble},
        {"the end of the connection at RCPT", {"250 ok\r\n"}, false, OutcomeKind::relay_trouble},
        {"the end of the connection at DATA", {"250 ok\r\n250 ok\r\n"}, false, OutcomeKind::relay_trouble},
    };
    for (const Case& one : cases) {
        CAPTURE(one.name);
        Conversation c;
        c.dialogue->replies = {envelope_replies, accepted};
        for (const std::string& reply : one.replies) c.dialogue->replies.push_back(reply);
        c.dialogue->at_end = Transfer::closed;
        auto session = c.session();
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
        CHECK_FALSE(session.used_up());
        [[maybe_unused]] const auto not_on_record = session.send(envelope, message, wanted);
        CHECK(session.used_up());
        CHECK(session.said_so() == one.said);
        CHECK(session.used_up_after() == 1);

        Conversation fresh;
        for (const std::string& reply : one.replies) fresh.dialogue->replies.push_back(reply);
        fresh.dialogue->at_end = Transfer::closed;
        auto first = fresh.session();
        CHECK(first.send(envelope, message, wanted).kind == one.on_a_new_one);
        CHECK_FALSE(first.used_up());
    }
}

TEST_CASE("a limit of the rate uses no session up since a new one changes nothing") {
    for (const std::string reply : {"451 4.4.5 Rate limit exceeded\r\n503 no\r\n503 no\r\n",
                                    "450 4.7.1 slow down: too many messages\r\n503 no\r\n503 no\r\n"}) {
        CAPTURE(reply);
        Conversation c;
        c.dialogue->replies = {envelope_replies, "250 queued\r\n", reply};
        auto session = c.session();
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::relay_slowed);
        CHECK_FALSE(session.used_up());
        CHECK(session.usable());
    }
}

TEST_CASE("what is said of a recipient or of the content uses no session up") {
    for (const std::string reply :
         {"250 ok\r\n550 5.1.1 no such user\r\n503 no\r\n", "250 ok\r\n452 4.2.2 mailbox full\r\n503 no\r\n",
          "250 ok\r\n450 4.2.0 greylisted\r\n503 no\r\n"}) {
        CAPTURE(reply);
        Conversation c;
        c.dialogue->replies = {envelope_replies, "250 queued\r\n", reply};
        auto session = c.session();
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
        [[maybe_unused]] const auto refused = session.send(envelope, message, wanted);
        CHECK_FALSE(session.used_up());
        CHECK(session.usable());
    }
}

// Exim does this after ten refusals; Postfix says 421 after twenty.
TEST_CASE("a session that ends behind refusals tells nothing of how many messages one may carry") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 queued\r\n",
                           "250 ok\r\n550 5.1.1 no such user\r\n503 no\r\n",
                           "554 Too many nonmail commands\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::rejected_recipient);
    [[maybe_unused]] const auto not_on_record = session.send(envelope, message, wanted);
    CHECK(session.used_up());
    CHECK(session.used_up_after() == 0);
}

TEST_CASE("a server that falls silent or hangs up at the dot leaves a doubt and no session that is used up") {
    for (const Transfer end : {Transfer::timed_out, Transfer::closed}) {
        Conversation c;
        c.dialogue->replies = {envelope_replies, "250 queued\r\n", envelope_replies};
        c.dialogue->at_end = end;
        auto session = c.session();
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
        CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::in_doubt);
        CHECK_FALSE(session.used_up());
    }
}

TEST_CASE("a silence before the dot on a session that has served is the relay's trouble") {
    Conversation c;
    c.dialogue->replies = {envelope_replies, "250 queued\r\n", "250 ok\r\n"};
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::accepted);
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::relay_trouble);
    CHECK_FALSE(session.used_up());
}

TEST_CASE("a new session that is closed at MAIL is plain relay trouble") {
    Conversation c;
    c.dialogue->at_end = Transfer::closed;
    auto session = c.session();
    CHECK(session.send(envelope, message, wanted).kind == OutcomeKind::relay_trouble);
    CHECK_FALSE(session.used_up());
}

TEST_CASE("a reply nobody asked for stops the message before its content") {
    Conversation c;
    c.dialogue->replies = {envelope_replies + "250 queued\r\n"};
    const auto outcome = c.send_one();
    CHECK(outcome.kind == OutcomeKind::protocol);
    CHECK(c.dialogue->written.ends_with("DATA\r\n"));
    CHECK(c.dialogue->destroyed);
}

TEST_CASE("who is no longer wanted before MAIL costs nothing") {
    Conversation c;
    auto session = c.session();
    CHECK(session.send(envelope, message, [] { return false; }).kind == OutcomeKind::withdrawn);
    CHECK(c.dialogue->written.empty());
    CHECK(session.usable());
    CHECK(session.sent() == 0);
}

TEST_CASE("who left before the dot gets no dot") {
    Conversation c;
    c.dialogue->replies = {envelope_replies};
    int asked = 0;
    auto session = c.session();
    const auto outcome = session.send(envelope, message, [&] { return ++asked == 1; });
    CHECK(outcome.kind == OutcomeKind::withdrawn);
    CHECK(asked == 2);
    CHECK(c.dialogue->written.ends_with("DATA\r\n"));
    CHECK(c.dialogue->destroyed);
}

TEST_CASE("an interrupt before the dot withdraws") {
    Conversation c;
    c.dialogue->at_end = Transfer::interrupted;
    CHECK(c.send_one().kind == OutcomeKind::withdrawn);
}

TEST_CASE("quit says QUIT and ends the session") {
    Conversation c;
    c.dialogue->replies = {"221 bye\r\n"};
    auto session = c.session();
    session.quit();
    CHECK(c.dialogue->written == "QUIT\r\n");
    CHECK_FALSE(session.usable());
    session.quit();
    CHECK(c.dialogue->written == "QUIT\r\n");
}

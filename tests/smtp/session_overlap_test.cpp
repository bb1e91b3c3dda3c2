// The overlap: the next message's envelope is written with the present one's final dot, and no reply is taken
// for another reader's.
#include <catch2/catch.hpp>

#include "smtp/scripted_transport.hpp"
#include "smtp/session.hpp"

using namespace paperround;
using queue::OutcomeKind;
using queue::Stage;
using smtp::Session;
using smtp::Transfer;

namespace {

const smtp::Envelope ann{"b@example.org", "ann@example.net"};
const smtp::Envelope bob{"b@example.org", "bob@example.net"};
const std::string body = "Subject: x\r\n\r\nhello\r\n";
const std::string envelope_replies = "250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n";
const std::string to_bob = "MAIL FROM:<b@example.org>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n";

bool wanted() {
    return true;
}
std::optional<smtp::Upcoming> bob_follows() {
    return smtp::Upcoming{bob, body.size(), false};
}

struct TwoMessages {
    explicit TwoMessages(std::deque<std::string> replies) { dialogue->replies = std::move(replies); }
    std::shared_ptr<test::Dialogue> dialogue = std::make_shared<test::Dialogue>();
    Session session{std::make_unique<test::ScriptedTransport>(dialogue), {.pipelining = true}, {}};

    queue::Outcome to_ann() { return session.send(ann, body, wanted, bob_follows); }
    queue::Outcome then_bob() { return session.send(bob, body, wanted); }
};

}  // namespace

TEST_CASE("the next envelope rides with the final dot: one write for each message") {
    TwoMessages two({envelope_replies, "250 2.0.0 first\r\n" + envelope_replies, "250 2.0.0 second\r\n"});
    CHECK(two.to_ann().text == "first");
    CHECK(two.dialogue->writes == 2);
    CHECK(two.dialogue->written.ends_with("hello\r\n.\r\n" + to_bob));
    CHECK(two.session.usable());
    const auto second = two.then_bob();
    CHECK(second.kind == OutcomeKind::accepted);
    CHECK(second.text == "second");
    CHECK(two.dialogue->writes == 3);
    CHECK(two.dialogue->written.ends_with(to_bob + body + ".\r\n"));
    CHECK(two.session.usable());
}

TEST_CASE("the verdict on a message is its own even when all replies come at once") {
    TwoMessages two({envelope_replies, "550 5.7.1 spam\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 queued\r\n"});
    CHECK(two.to_ann().kind == OutcomeKind::rejected_policy);
    CHECK(two.then_bob().kind == OutcomeKind::accepted);
}

TEST_CASE("a recipient refused ahead is that recipient's refusal") {
    TwoMessages two(
        {envelope_replies, "250 ok\r\n", "250 ok\r\n550 5.1.1 no bob\r\n554 no valid recipients\r\n"});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    const auto second = two.then_bob();
    CHECK(second.stage == Stage::rcpt);
    CHECK(second.code == 550);
    CHECK(two.session.usable());
    SECTION("and the next transaction clears away what MAIL had begun") {
        two.dialogue->replies = {"250 reset\r\n" + envelope_replies, "250 ok\r\n"};
        CHECK(two.session.send(ann, body, wanted).kind == OutcomeKind::accepted);
        CHECK(two.dialogue->written.find("RSET\r\nMAIL") != std::string::npos);
    }
}

TEST_CASE("a 354 to a refused envelope ahead is answered with a lone dot") {
    TwoMessages two(
        {envelope_replies, "250 ok\r\n250 ok\r\n550 5.1.1 no bob\r\n354 go on\r\n", "554 nothing\r\n"});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    CHECK(two.then_bob().code == 550);
    CHECK(two.dialogue->written.ends_with(to_bob + ".\r\n"));
    CHECK(two.session.usable());
}

TEST_CASE("no content of the next message is in doubt when the session dies after the dot") {
    SECTION("before the dot's reply: only the first is in doubt") {
        TwoMessages two({envelope_replies});
        CHECK(two.to_ann().kind == OutcomeKind::in_doubt);
        CHECK_FALSE(two.session.usable());
    }
    SECTION("after the dot's reply: the next one has not been tried at all") {
        TwoMessages two({envelope_replies, "250 ok\r\n"});
        two.dialogue->at_end = Transfer::closed;
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().kind == OutcomeKind::relay_trouble);
        CHECK(two.session.out_of_step());
    }
    SECTION("within the replies to the next envelope: not tried either") {
        TwoMessages two({envelope_replies, "250 ok\r\n250 ok\r\n250 ok\r\n"});
        two.dialogue->at_end = Transfer::closed;
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        const auto second = two.then_bob();
        CHECK(second.kind == OutcomeKind::relay_trouble);
        CHECK(second.stage == Stage::data);
        CHECK(two.session.out_of_step());
    }
}

TEST_CASE("a server that breaks on an envelope ahead is told apart and the next message was not tried") {
    SECTION("it dies before it answers the dot: Dovecot") {
        TwoMessages two({envelope_replies});
        two.dialogue->at_end = Transfer::closed;
        CHECK(two.to_ann().kind == OutcomeKind::in_doubt);
        CHECK(two.session.overlap_failed());
        CHECK_FALSE(two.session.out_of_step());
    }
    SECTION("it throws away what stands behind the dot: Courier") {
        TwoMessages two({envelope_replies, "250 ok\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK_FALSE(two.session.overlap_failed());
        const auto second = two.then_bob();
        CHECK(second.kind == OutcomeKind::relay_trouble);
        CHECK(second.stage == Stage::mail);
        CHECK(two.session.overlap_failed());
        CHECK(two.session.out_of_step());
        CHECK(two.dialogue->patience <= std::chrono::seconds(10));  // not timeouts.mail, five minutes
    }
    SECTION("it answers 503: Haraka") {
        TwoMessages two({envelope_replies, "250 ok\r\n503 Bad sequence\r\n503 no\r\n503 no\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().kind == OutcomeKind::protocol);
        CHECK(two.session.overlap_failed());
        CHECK(two.session.out_of_step());
    }
    SECTION("it answers the dot with 503") {
        TwoMessages two({envelope_replies, "503 Bad sequence\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::in_doubt);
        CHECK(two.session.overlap_failed());
    }
    SECTION("it answers what is no reply") {
        TwoMessages two({envelope_replies, "250 ok\r\nwhat?\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().kind == OutcomeKind::protocol);
        CHECK(two.session.overlap_failed());
        CHECK(two.session.out_of_step());
    }
}

TEST_CASE("what is nobody's fault does not count against the overlap") {
    SECTION("a refusal of the next recipient") {
        TwoMessages two({envelope_replies, "250 ok\r\n250 ok\r\n550 5.1.1 no bob\r\n503 no\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().code == 550);
        CHECK_FALSE(two.session.overlap_failed());
    }
    SECTION("a 421 in place of the next reply") {
        TwoMessages two({envelope_replies, "250 ok\r\n421 4.3.2 enough\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().kind == OutcomeKind::relay_trouble);
        CHECK_FALSE(two.session.overlap_failed());
        CHECK(two.session.used_up());
    }
    SECTION("a session that has carried enough") {
        TwoMessages two({envelope_replies, "250 ok\r\n452 4.5.3 Too many messages\r\n503 no\r\n503 no\r\n"});
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().kind == OutcomeKind::session_limit);
        CHECK_FALSE(two.session.overlap_failed());
        CHECK(two.session.used_up());
        CHECK(two.session.said_so());
    }
    SECTION("our own stop") {
        TwoMessages two({envelope_replies, "250 ok\r\n"});
        two.dialogue->at_end = Transfer::interrupted;
        CHECK(two.to_ann().kind == OutcomeKind::accepted);
        CHECK(two.then_bob().kind == OutcomeKind::withdrawn);
        CHECK_FALSE(two.session.overlap_failed());
    }
    SECTION("a loss with nothing ahead") {
        TwoMessages two({envelope_replies});
        CHECK(two.session.send(ann, body, wanted).kind == OutcomeKind::in_doubt);
        CHECK_FALSE(two.session.overlap_failed());
    }
}

TEST_CASE("a 421 to the dot destroys the session with the envelope ahead") {
    TwoMessages two({envelope_replies, "421 4.3.2 going down\r\n"});
    CHECK(two.to_ann().kind == OutcomeKind::relay_trouble);
    CHECK_FALSE(two.session.usable());
}

TEST_CASE("a message withdrawn after its envelope went ahead costs the session, and nothing is delivered") {
    TwoMessages two({envelope_replies, "250 ok\r\n" + envelope_replies});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    CHECK(two.session.send(bob, body, [] { return false; }).kind == OutcomeKind::withdrawn);
    CHECK(two.dialogue->written.ends_with(to_bob));
    CHECK(two.dialogue->destroyed);
}

TEST_CASE("another message than the one announced is not sent into its envelope") {
    TwoMessages two({envelope_replies, "250 ok\r\n" + envelope_replies, "250 ok\r\n"});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    CHECK(two.session.send({"b@example.org", "eve@example.net"}, body, wanted).kind ==
          OutcomeKind::relay_trouble);
    CHECK(two.dialogue->written.ends_with(to_bob));
    CHECK(two.dialogue->destroyed);
}

TEST_CASE("a message that cannot be sent as announced costs the session") {
    TwoMessages two({envelope_replies, "250 ok\r\n" + envelope_replies});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    CHECK(two.session.send(bob, "bare\nline feed\r\n", wanted).kind == OutcomeKind::rejected_policy);
    CHECK(two.dialogue->destroyed);
}

TEST_CASE("an envelope that would be refused here does not go ahead") {
    TwoMessages two({envelope_replies, "250 ok\r\n"});
    const auto forged = [] { return smtp::Upcoming{{"b@example.org", "a@b>\r\nDATA"}, body.size(), false}; };
    CHECK(two.session.send(ann, body, wanted, forged).kind == OutcomeKind::accepted);
    CHECK(two.dialogue->written.ends_with("hello\r\n.\r\n"));
    CHECK(two.session.usable());
}

TEST_CASE("without PIPELINING nothing goes ahead") {
    auto dialogue = std::make_shared<test::Dialogue>();
    dialogue->replies = {"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"};
    Session session{std::make_unique<test::ScriptedTransport>(dialogue), {}, {}};
    CHECK(session.send(ann, body, wanted, bob_follows).kind == OutcomeKind::accepted);
    CHECK(dialogue->written.ends_with("hello\r\n.\r\n"));
}

TEST_CASE("an octet too many behind the replies that are owed ends the session before any content") {
    TwoMessages two({envelope_replies, "250 ok\r\n" + envelope_replies + "250 stray\r\n"});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    CHECK(two.then_bob().kind == OutcomeKind::protocol);
    CHECK(two.dialogue->written.ends_with(to_bob));
}

TEST_CASE("QUIT is not written behind an envelope that waits for its content") {
    TwoMessages two({envelope_replies, "250 ok\r\n" + envelope_replies});
    CHECK(two.to_ann().kind == OutcomeKind::accepted);
    two.session.quit();
    CHECK(two.dialogue->written.ends_with(to_bob));
    CHECK(two.dialogue->destroyed);
}

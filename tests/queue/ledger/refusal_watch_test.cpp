// Whose fault a refusal was, as the ledger acts on it.
#include <catch2/catch.hpp>

#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct Refused : test::LimitedLedger {
    Refused() { settings.doubt_window = 1; }
    Outcome answer(std::size_t lane, const Delivery& delivery) override {
        ++answers;
        if (accepts(delivery)) return LimitedLedger::answer(lane, delivery);
        return {.kind = kind, .stage = Stage::rcpt, .code = code, .text = words, .about = about};
    }
    void relay_down(std::string_view, const RelayHealth&) override { ++downs; }
    void taken_back(std::int64_t, std::span<const DeliveryRow> rows, Time) override { taken += rows.size(); }

    std::function<bool(const Delivery&)> accepts = [](const Delivery&) { return false; };
    OutcomeKind kind = OutcomeKind::perhaps_recipient;
    int code = 550;
    std::string words = "go away";
    About about = About::unclear;
    int answers = 0;
    int downs = 0;
    std::size_t taken = 0;
    const std::vector<std::string> three{"a.example", "b.example", "c.example"};
};

bool is_in(const Delivery& delivery, std::string_view domain) {
    return domain_of(delivery.recipient) == domain;
}

}  // namespace

TEST_CASE_METHOD(Refused, "three providers that hear the same stop the mailing and nobody is bounced") {
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(deliveries->progress(id).waiting == 15);
    CHECK(integer("SELECT max(attempts) FROM deliveries") == 0);
    CHECK(answers == 3);
    CHECK(taken == 2);  // the third was never recorded as failed
    REQUIRE(pauses.size() == 1);
    CHECK(pauses[0] ==
          "main gave 3 readers of 3 providers in a row the same answer, and accepted nobody between: it is "
          "about "
          "us, not about them, so 2 deliveries that were recorded as failed are taken back: 550 go away");
}

TEST_CASE_METHOD(Refused, "what was under way when the mailing was stopped is not believed either") {
    settings.doubt_window = 50;
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    CHECK(answers == 15);
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(deliveries->progress(id).waiting == 15);
    CHECK(pauses.size() == 1);
}

TEST_CASE_METHOD(Refused, "once resumed the mailing goes on and is stopped again only by three more") {
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    mailings->resume(id, clock.now());
    work_now();
    CHECK(answers == 6);
    CHECK(pauses.size() == 2);
    accepts = [](const Delivery&) { return true; };
    mailings->resume(id, clock.now());
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).sent == 15);
}

TEST_CASE_METHOD(Refused, "a refusal that only two providers give is theirs") {
    accepts = [](const Delivery& delivery) { return is_in(delivery, "c.example"); };
    start();
    const auto id = mailing_in(three, 2);
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).failed == 4);
    CHECK(deliveries->progress(id).sent == 2);
}

TEST_CASE_METHOD(Refused, "domains of one provider count as one") {
    start();
    const auto id = mailing_in({"gmail.com", "googlemail.com", "c.example"}, 1);
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).failed == 3);
}

TEST_CASE_METHOD(Refused, "while unknown users come in a row one delivery goes out at a time") {
    settings.doubt_window = 50;
    kind = OutcomeKind::rejected_recipient;
    about = About::mailbox;
    start();
    // 0.05^3 × 60 is 0.0075, 0.05^4 × 60 is 0.0004: the fourth decides.
    const auto id = mailing_in(three, 20);
    ledger->step();
    auto held = ledger->hand_out().take(0, 50);
    REQUIRE(held.size() == 50);
    for (std::size_t i = 0; i < 3; ++i) ledger->hand_out().report(0, held[i], answer(0, held[i]));
    ledger->step();
    ledger->step();
    CHECK(deliveries->progress(id).failed == 3);
    CHECK(deliveries->progress(id).sending == 47);  // no further ones
    for (std::size_t i = 4; i < held.size(); ++i) ledger->hand_out().give_back(0, held[i]);
    ledger->step();
    ledger->step();
    CHECK(deliveries->progress(id).sending == 1);
    ledger->hand_out().report(0, held[3], answer(0, held[3]));
    ledger->step();
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(deliveries->progress(id).waiting == 60);
}

TEST_CASE_METHOD(Refused, "an acceptance while a run is suspected lets the bounces stand") {
    kind = OutcomeKind::rejected_recipient;
    about = About::mailbox;
    accepts = [this](const Delivery&) { return answers > 3; };
    start();
    const auto id = mailing_in(three, 20);
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).failed == 3);
    CHECK(deliveries->progress(id).sent == 57);
    CHECK(verdicts == 3);
}

TEST_CASE_METHOD(Refused, "a run goes on over a restart") {
    start();
    const auto id = mailing_in(three, 5);
    ledger->step();
    for (int i = 0; i < 2; ++i) {
        for (auto& delivery : ledger->hand_out().take(0, 1))
            ledger->hand_out().report(0, delivery, answer(0, delivery));
        ledger->step();
    }
    CHECK(deliveries->progress(id).failed == 2);
    ledger->finish();
    start();
    // What the words were about is not on record: they are taken for a mailbox's, which asks for one more.
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    CHECK(deliveries->progress(id).failed == 0);
}

TEST_CASE_METHOD(Refused, "one mailing's run stops no other mailing") {
    start();
    accepts = [](const Delivery& delivery) { return delivery.newsletter == "other"; };
    settings.lanes[0].newsletters = {"notes", "other"};
    start();
    const auto bad = mailing_in(three, 5);
    const auto good = mailing_in(three, 5, 2, "other");
    work_now();
    CHECK(mailings->mailing(bad)->state == MailingState::paused);
    CHECK(mailings->mailing(good)->state == MailingState::done);
}

TEST_CASE_METHOD(Refused, "a delay that three providers are told is the relay's and costs no attempt") {
    kind = OutcomeKind::deferred;
    code = 451;
    words = "try later";
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    CHECK(downs == 1);
    CHECK(answers == 3);
    CHECK(integer("SELECT max(attempts) FROM deliveries") == 0);
    CHECK(relays->relay_health("main").reason == "451 try later");
    accepts = [](const Delivery&) { return true; };
    work(10s);
    CHECK(deliveries->progress(id).sent == 15);
}

TEST_CASE_METHOD(Refused,
                 "those whom a relay told of its own limit before that was clear do not wait for it") {
    kind = OutcomeKind::domain_slowed;
    code = 450;
    words = "rate limit exceeded";
    start();
    mailing_in(three, 5);
    work_now();
    CHECK(integer("SELECT count(DISTINCT outcome) FROM attempts") == 2);
    CHECK(integer("SELECT max(due) - min(due) FROM deliveries") < 1000);
    CHECK(integer("SELECT max(attempts) FROM deliveries") == 0);
}

TEST_CASE_METHOD(Refused, "greylisting by everybody is patience and no run") {
    kind = OutcomeKind::deferred;
    code = 450;
    about = About::patience;
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    CHECK(downs == 0);
    CHECK(answers == 15);
    CHECK(integer("SELECT sum(attempts) FROM deliveries") == 15);
    CHECK(deliveries->progress(id).waiting == 15);
}

TEST_CASE_METHOD(Refused, "stragglers who are put off again begin no run") {
    kind = OutcomeKind::deferred;
    code = 451;
    accepts = [this](const Delivery& delivery) { return delivery.tries == 0 && answers % 2 == 0; };
    start();
    mailing_in(three, 4);
    work_now();
    REQUIRE(downs == 0);
    accepts = [](const Delivery&) { return false; };
    work(24h, 1min);
    CHECK(downs == 0);
}

TEST_CASE_METHOD(Refused, "relaying that is denied to everybody is the relay's trouble") {
    kind = OutcomeKind::perhaps_relay;
    code = 554;
    words = "Relay access denied";
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    CHECK(downs == 1);
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(deliveries->progress(id).waiting == 15);
}

TEST_CASE_METHOD(Refused, "relaying that is denied to one address alone is refused at its second try") {
    kind = OutcomeKind::perhaps_relay;
    code = 554;
    accepts = [](const Delivery& delivery) { return !is_in(delivery, "b.example"); };
    start();
    const auto id = mailing_in(three, 1);
    work_now();
    CHECK(deliveries->progress(id).sent == 2);
    CHECK(deliveries->progress(id).waiting == 1);
    work(20min, 10s);
    CHECK(deliveries->progress(id).failed == 1);
    CHECK(integer("SELECT state FROM deliveries WHERE recipient LIKE '%b.example'") == 7);
}

TEST_CASE_METHOD(Refused, "a sender whose domain three providers refuse pauses the newsletter") {
    struct Authentication : Refused {
        Outcome answer(std::size_t, const Delivery&) override {
            return {.kind = OutcomeKind::rejected_policy,
                    .stage = Stage::final_dot,
                    .code = 550,
                    .enhanced = "5.7.26",
                    .text = "unauthenticated"};
        }
    } list;
    list.start();
    const auto first = list.mailing_in(three, 3);
    const auto second = list.mailing_in(three, 3, 2);
    list.work_now();
    CHECK(list.mailings->mailing(first)->state == MailingState::paused);
    CHECK(list.mailings->mailing(second)->state == MailingState::paused);
}

TEST_CASE_METHOD(Refused, "domains that were slowed by what was the relay's limit are as fast as before") {
    kind = OutcomeKind::domain_slowed;
    code = 450;
    words = "4.7.0 too fast";
    start();
    const auto id = mailing_in(three, 5);
    work_now();
    CHECK(answers == 3);
    REQUIRE(slowed.size() == 2);
    CHECK(said == std::vector<std::string>{"slowed main"});
    CHECK(restored == std::vector<std::string>{"a.example", "b.example"});
    CHECK(integer("SELECT count(*) FROM limits WHERE scope = 2") == 0);
    accepts = [](const Delivery&) { return true; };
    work(30s);
    CHECK(deliveries->progress(id).sent == 15);  // the first two do not wait for a retry's interval
}

TEST_CASE_METHOD(Refused, "a domain that was slow before a run that was the relay's stays so") {
    kind = OutcomeKind::domain_slowed;
    code = 450;
    words = "4.7.0 too fast";
    accepts = [](const Delivery& delivery) { return !is_in(delivery, "a.example"); };
    start();
    mailing_in({"a.example", "b.example"}, 1);
    work_now();
    REQUIRE(slowed.size() == 1);
    clock.advance(1s);
    accepts = [](const Delivery&) { return false; };
    mailing_in({"b.example", "c.example", "a.example"}, 5, 2);
    work_now();
    CHECK(said == std::vector<std::string>{"slowed main"});
    CHECK(restored == std::vector<std::string>{"b.example"});
}

TEST_CASE_METHOD(Refused, "a run is measured by the mailing's size even while it still fans out") {
    kind = OutcomeKind::rejected_recipient;
    about = About::mailbox;
    start();
    const auto id = fanning_mailing();
    const auto add = [&](int first, int count) {
        std::vector<Addressee> readers;
        for (int i = first; i < first + count; ++i)
            readers.push_back(
                {i, "reader" + std::to_string(i) + "@" + three[static_cast<std::size_t>(i % 3)]});
        deliveries->add_deliveries(id, readers, clock.now());
    };
    const auto refuse = [&](int count) {
        for (; count > 0; --count) {
            ledger->step();
            for (auto& delivery : ledger->hand_out().take(0, 1))
                ledger->hand_out().report(0, delivery, answer(0, delivery));
        }
        ledger->step();
    };
    add(1, 15);
    refuse(3);  // 0.05^3 × 15 is 0.0019
    add(16, 985);
    refuse(1);  // 0.05^4 × 1 000 is 0.006, × 15 it would be 0.0001
    REQUIRE(answers == 4);
    CHECK(mailings->mailing(id)->state == MailingState::fanning);
    refuse(1);
    CHECK(mailings->mailing(id)->state == MailingState::paused);
}

TEST_CASE_METHOD(Refused, "what a commit has written counts as answered for the rest of it") {
    settings.doubt_window = 200;
    settings.lanes[0].connections = 20;
    kind = OutcomeKind::rejected_recipient;
    about = About::mailbox;
    // A quarter of the first 20 are dead, a sixth of the next 80, a quarter of the last 100.
    accepts = [this](const Delivery&) { return answers % (answers > 20 && answers <= 100 ? 6 : 4) != 0; };
    start();
    const auto id = mailing_in({"a.example"}, 200);
    work_now();
    CHECK(answers == 200);
    CHECK(mailings->mailing(id)->state == MailingState::done);
}

TEST_CASE_METHOD(Refused, "a cancelled mailing stays ended when its bounces are taken back") {
    settings.doubt_window = 3;
    start();
    const auto id = mailing_in(three, 5);
    ledger->step();
    auto held = ledger->hand_out().take(0, 3);
    for (std::size_t i = 0; i < 2; ++i) ledger->hand_out().report(0, held[i], answer(0, held[i]));
    ledger->step();
    mailings->cancel(id, clock.now());
    ledger->hand_out().report(0, held[2], answer(0, held[2]));
    work_now();
    CHECK(taken == 2);
    CHECK(mailings->mailing(id)->finished);
    CHECK(deliveries->progress(id).waiting == 0);
}

TEST_CASE_METHOD(Refused, "what was judged in a commit that failed is judged again") {
    struct FullOnce : Refused {
        Remaining prepare_deliveries(Time) override {
            if (answers == 3 && !std::exchange(full, true)) throw db::Error(db::Error::Code::full, "no room");
            return Remaining::nothing;
        }
        bool full = false;
    } list;
    list.kind = OutcomeKind::deferred;
    list.code = 451;
    list.start();
    list.mailing_in(three, 5);
    list.work_now();
    CHECK(list.full);
    CHECK(list.downs == 1);
    CHECK(list.integer("SELECT max(attempts) FROM deliveries") == 0);
}

TEST_CASE_METHOD(Refused, "runs of mailings that are over are not remembered for ever") {
    accepts = [](const Delivery& delivery) { return is_in(delivery, "a.example"); };
    start();
    for (std::int64_t post = 1; post <= 200; ++post) {
        mailing_in({"a.example", "b.example"}, 1, post);
        work_now();
    }
    CHECK(ledger->runs() <= 65);
}

TEST_CASE_METHOD(Refused, "what was claimed goes back while unknown users come in a row") {
    settings.doubt_window = 50;
    kind = OutcomeKind::rejected_recipient;
    about = About::mailbox;
    start();
    const auto id = mailing_in(three, 20);
    ledger->step();
    for (auto& delivery : ledger->hand_out().take(0, 3))
        ledger->hand_out().report(0, delivery, answer(0, delivery));
    ledger->step();
    CHECK(deliveries->progress(id).failed == 3);
    CHECK(deliveries->progress(id).sending == 1);
    ledger->step();
    CHECK(deliveries->progress(id).sending == 1);  // that one does not go back
    CHECK(ledger->hand_out().take(0, 50).size() == 1);
}

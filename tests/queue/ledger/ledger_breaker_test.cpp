// A mailing's breaker as the ledger uses it.
#include <catch2/catch.hpp>

#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

struct Refusing : test::LimitedLedger {
    Refusing() { settings.doubt_window = 1; }
    Outcome answer(std::size_t lane, const Delivery& delivery) override {
        if (refuses) return {.kind = kind, .stage = Stage::rcpt, .code = 550, .text = "550 5.1.1 no"};
        return LimitedLedger::answer(lane, delivery);
    }
    bool refuses = true;
    OutcomeKind kind = OutcomeKind::rejected_recipient;
};

}  // namespace

TEST_CASE_METHOD(Refusing,
                 "a mailing whose deliveries bounce one after the other pauses itself and says why") {
    start();
    const auto id = mailing_in({"a.example"}, 100);
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    CHECK(pauses ==
          std::vector<std::string>{
              "5 of its last 5 deliveries were refused or bounced, the last by main: 550 5.1.1 no"});
    CHECK(tripped == std::vector{id});
    CHECK(deliveries->progress(id).failed == 5);
    CHECK(deliveries->progress(id).waiting == 95);
    CHECK(verdicts == 4);  // the one that tripped it is not believed any more
}

TEST_CASE_METHOD(Refusing,
                 "what was under way when the breaker tripped suppresses nobody and trips nothing") {
    settings.doubt_window = 50;
    start();
    const auto id = mailing_in({"a.example"}, 100);
    work_now();
    CHECK(tripped.size() == 1);
    CHECK(verdicts == 4);
    CHECK(deliveries->progress(id).sending == 0);
}

TEST_CASE_METHOD(Refusing, "a breaker's window survives a restart") {
    start();
    const auto id = mailing_in({"a.example"}, 100);
    for (int i = 0; i < 3; ++i) {
        ledger->step();
        for (auto& delivery : ledger->hand_out().take(0, 1))
            ledger->hand_out().report(0, delivery, answer(0, delivery));
    }
    ledger->finish();
    start();
    work_now();
    CHECK(deliveries->progress(id).failed == 5);
}

TEST_CASE_METHOD(Refusing, "resuming goes on with a fresh window") {
    kind = OutcomeKind::rejected_policy;
    start();
    const auto id = mailing_in({"a.example"}, 100);
    work_now();
    CHECK(mailings->resume(id, clock.now()));
    work_now();
    CHECK(deliveries->progress(id).failed == 10);
    CHECK(tripped.size() == 2);
    refuses = false;
    mailings->resume(id, clock.now());
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).sent == 90);
}

TEST_CASE_METHOD(Refusing, "a person who resumes a list of dead addresses is not stopped again by them") {
    start();
    const auto id = mailing_in({"a.example"}, 100);
    work_now();
    mailings->resume(id, clock.now());
    work_now();
    CHECK(mailings->mailing(id)->state == MailingState::done);
    CHECK(deliveries->progress(id).failed == 100);
    CHECK(tripped.size() == 1);
}

TEST_CASE_METHOD(Refusing, "one mailing's refusals do not stop another") {
    refuses = false;
    start();
    const auto good = mailing_in({"a.example"}, 30);
    work_now();
    refuses = true;
    const auto bad = mailing_in({"a.example"}, 30, 2);
    work_now();
    CHECK(mailings->mailing(good)->state == MailingState::done);
    CHECK(mailings->mailing(bad)->state == MailingState::paused);
}

TEST_CASE_METHOD(Refusing, "deliveries that are claimed and not begun go back when their mailing is paused") {
    settings.doubt_window = 50;
    start();
    const auto id = mailing_in({"a.example"}, 100);
    ledger->step();
    REQUIRE(deliveries->progress(id).sending == 50);
    const auto held = ledger->hand_out().take(0, 10);
    mailings->pause(id, "by hand");
    // As another process's commit would: the ledger is told by a report that pauses a second mailing.
    const auto other = mailing_in({"a.example"}, 1, 2);
    ledger->hand_out().report(0, held[0],
                              {.kind = OutcomeKind::rejected_message, .stage = Stage::mail, .code = 552});
    mailings->resume(id, clock.now());
    ledger->step();
    CHECK(mailings->mailing(id)->state == MailingState::paused);
    CHECK(deliveries->progress(id).sending == 9);
    ledger->step();
    for (std::size_t i = 1; i < held.size(); ++i) CHECK(recall.contains(held[i].id));
    CHECK(mailings->mailing(other)->state == MailingState::sending);
}

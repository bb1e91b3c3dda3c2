// Send windows as the ledger keeps them, on an injected clock.
#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"
#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

// notes leaves from 07:00 to 22:00 UTC; other has no window.
struct Windowed : test::LimitedLedger {
    Windowed() {
        settings.lanes.at(0).newsletters = {"notes", "other"};
        settings.windows = {{"notes", {.from = 7h, .to = 22h, .zone = "UTC"}}};
        at("2026-11-25T06:00:00Z");
    }
    void at(std::string_view time) { clock.set(parse_rfc3339(time).value()); }
    std::int64_t waiting(std::int64_t mailing) { return deliveries->progress(mailing).waiting; }
};

}  // namespace

TEST_CASE_METHOD(Windowed, "nothing of a newsletter leaves before its window opens") {
    const auto notes = mailing_in({"a.example"}, 5);
    const auto other = mailing_in({"a.example"}, 5, 2, "other");
    start();
    at("2026-11-25T06:59:59Z");
    work_now();
    CHECK(waiting(notes) == 5);
    CHECK(mailings->mailing(other)->state == MailingState::done);
    at("2026-11-25T07:00:00Z");
    work_now();
    CHECK(mailings->mailing(notes)->state == MailingState::done);
}

TEST_CASE_METHOD(Windowed, "a mailing stops at the window's end and goes on the next day") {
    settings.limits.push_back({Scope::newsletter, "notes", {.rate = Rate{1, 1s}}});
    start();
    at("2026-11-25T21:59:50Z");
    const auto notes = mailing_in({"a.example"}, 100);
    work(10s);
    work(1h, 1min);
    CHECK(sent["a.example"] == 10);
    CHECK(waiting(notes) == 90);
    at("2026-11-26T06:59:59Z");
    work_now();
    CHECK(sent["a.example"] == 10);
    at("2026-11-26T07:00:00Z");
    work(4min, 1s);
    CHECK(sent["a.example"] == 100);
    CHECK(mailings->mailing(notes)->state == MailingState::done);
}

TEST_CASE_METHOD(Windowed, "what was claimed and not begun goes back when the window closes") {
    settings.limits.push_back({Scope::newsletter, "notes", {.connections = 50}});
    start();
    at("2026-11-25T21:59:59Z");
    const auto notes = mailing_in({"a.example"}, 30);
    ledger->step();
    REQUIRE(deliveries->progress(notes).sending == 30);
    at("2026-11-25T22:00:00Z");
    ledger->step();
    CHECK(ledger->hand_out().take(0, 1000).empty());
    CHECK(deliveries->progress(notes).sending == 0);
    CHECK(waiting(notes) == 30);
    at("2026-11-26T07:00:00Z");
    work_now();
    CHECK(sent["a.example"] == 30);
}

TEST_CASE_METHOD(Windowed, "a restart in the quiet hours sends nothing") {
    at("2026-11-25T21:00:00Z");
    const auto notes = mailing_in({"a.example"}, 5);
    at("2026-11-25T23:00:00Z");
    start();
    work_now();
    CHECK(waiting(notes) == 5);
}

TEST_CASE_METHOD(Windowed, "retries wait for the window too") {
    struct Busy : Windowed {
        Outcome answer(std::size_t, const Delivery&) override {
            return {.kind = OutcomeKind::deferred, .stage = Stage::rcpt, .code = 451};
        }
    } busy;
    busy.start();
    busy.at("2026-11-25T21:58:00Z");
    const auto notes = busy.mailing_in({"a.example"}, 1);
    busy.work(1h, 1min);  // the first retry is due about 22:03
    CHECK(busy.integer("SELECT count(*) FROM attempts") == 1);
    busy.at("2026-11-26T07:00:00Z");
    busy.work_now();
    CHECK(busy.integer("SELECT count(*) FROM attempts") == 2);
    CHECK(busy.waiting(notes) == 1);
}

TEST_CASE_METHOD(Windowed, "mail that was asked for waits for no window") {
    const auto confirmation = mailing_to(1, 9, 1, "notes", MailingKind::personal);
    const auto notes = mailing_to(1, 10, 1);
    start();
    work_now();
    CHECK(mailings->mailing(confirmation)->state == MailingState::done);
    CHECK(waiting(notes) == 1);
}

TEST_CASE_METHOD(Windowed, "personal mail that is claimed when the window closes still goes") {
    start();
    at("2026-11-25T21:59:59Z");
    mailing_to(1, 9, 1, "notes", MailingKind::personal);
    ledger->step();
    at("2026-11-25T22:00:00Z");
    ledger->step();
    CHECK(ledger->hand_out().take(0, 10).size() == 1);
}

TEST_CASE_METHOD(Windowed, "a window over midnight is open on both sides of it") {
    settings.windows = {{"notes", {.from = 22h, .to = 6h, .zone = "UTC"}}};
    const auto notes = mailing_in({"a.example"}, 3);
    start();
    at("2026-11-25T12:00:00Z");
    work_now();
    CHECK(waiting(notes) == 3);
    at("2026-11-26T00:30:00Z");
    work_now();
    CHECK(waiting(notes) == 0);
    const auto second = mailing_in({"a.example"}, 3, 2);
    at("2026-11-26T05:59:59Z");
    work_now();
    CHECK(waiting(second) == 0);
    const auto third = mailing_in({"a.example"}, 3, 3);
    at("2026-11-26T06:00:00Z");
    work_now();
    CHECK(waiting(third) == 3);
}

TEST_CASE_METHOD(Windowed, "a clock that is put back into the quiet hours closes the window again") {
    start();
    at("2026-11-25T08:00:00Z");
    work_now();
    at("2026-11-25T06:00:00Z");
    mailing_in({"a.example"}, 3);
    work_now();
    CHECK(sent["a.example"] == 0);
}

TEST_CASE_METHOD(Windowed, "a closed window lets `run --once` end: the ledger is quiet") {
    mailing_in({"a.example"}, 3);
    start();
    work_now();
    CHECK(ledger->hand_out().quiet());
}

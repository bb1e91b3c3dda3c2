// Limits as the ledger keeps them, on an injected clock.
#include "queue/ledger/allotment.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"
#include "queue/ledger/limited_ledger.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;
using test::LimitedLedger;

namespace {
config::Limit rate(unsigned count, Duration per = 1s) {
    return {.rate = Rate{count, per}};
}
}  // namespace

TEST_CASE_METHOD(LimitedLedger, "a domain limited to 10/s gets 10/s while the others are unhindered") {
    limit_domain("slow.example", rate(10));
    start();
    mailing_in({"slow.example", "fast.example"}, 400);
    work_now();
    CHECK(sent["fast.example"] == 400);
    CHECK(sent["slow.example"] == 1);
    work(20s);
    CHECK(sent["slow.example"] >= 190);  // 10 in 1.035 s are 193
    CHECK(sent["slow.example"] <= 200);
}

TEST_CASE_METHOD(LimitedLedger,
                 "a limited domain is met on its shelf, not among those who wait for nothing") {
    limit_domain("slow.example", rate(1));
    start();
    mailing_in({"slow.example", "fast.example"}, 50);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE shelf > 0") == 50);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE shelf > 0 AND recipient LIKE '%@fast.example'") ==
          0);
}

TEST_CASE_METHOD(
    LimitedLedger,
    "deliveries whose domain is limited after the fan-out go to its shelf, a bounded number a commit") {
    mailing_in({"slow.example"}, 2000);
    limit_domain("slow.example", rate(1));
    start();
    ledger->step();
    const auto moved = integer("SELECT count(*) FROM deliveries WHERE shelf > 0");
    CHECK(moved > 0);
    CHECK(moved <= static_cast<std::int64_t>(Allowance::most_moves));
    work_now();
    CHECK(integer("SELECT count(*) FROM deliveries WHERE shelf > 0 AND state = 0") == 1999);
    CHECK(sent["slow.example"] == 1);
}

TEST_CASE_METHOD(LimitedLedger, "a limit does not stand for subdomains") {
    limit_domain("slow.example", rate(1));
    start();
    mailing_in({"mail.slow.example"}, 50);
    work_now();
    CHECK(sent["mail.slow.example"] == 50);
}

TEST_CASE_METHOD(LimitedLedger, "a restart is followed by no burst") {
    limit_domain("slow.example", rate(10));
    start();
    mailing_in({"slow.example"}, 400);
    work(10s);
    const int before = sent["slow.example"];
    start();
    work_now();
    CHECK(sent["slow.example"] - before <= 1);
    clock.advance(1h);  // the daemon was away
    start();
    work_now();
    CHECK(sent["slow.example"] - before <= 2);
}

TEST_CASE_METHOD(LimitedLedger, "never more deliveries of a domain are under way than its connections") {
    limit_domain("slow.example", {.rate = std::nullopt, .connections = 3});
    start();
    mailing_in({"slow.example", "fast.example"}, 20);
    ledger->step();
    CHECK(integer("SELECT count(*) FROM deliveries WHERE state = 1 AND recipient LIKE '%@slow.example'") ==
          3);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE state = 1 AND recipient LIKE '%@fast.example'") ==
          20);
    work_now();
    CHECK(sent["slow.example"] == 20);
}

TEST_CASE_METHOD(LimitedLedger, "a newsletter's rate and connections hold for it alone") {
    settings.lanes[0].newsletters = {"notes", "other"};
    settings.limits = {{Scope::newsletter, "notes", {.rate = Rate{5, 1s}, .connections = 2}}};
    start();
    const auto notes = mailing_in({"a.example"}, 100);
    const auto other = mailing_in({"b.example"}, 100, 2, "other");
    work(10s);
    CHECK(deliveries->progress(other).sent == 100);
    CHECK(deliveries->progress(notes).sent >= 45);
    CHECK(deliveries->progress(notes).sent <= 50);
}

TEST_CASE_METHOD(LimitedLedger, "a relay's rate holds for all that it carries") {
    settings.limits = {{Scope::relay, "main", rate(600, 1min)}};
    start();
    mailing_in({"a.example", "b.example"}, 200);
    work(20s);
    CHECK(sent_by["main"] >= 199);  // 600 in 60.075 s
    CHECK(sent_by["main"] <= 201);
}

TEST_CASE_METHOD(LimitedLedger, "a relay's daily ceiling grows with the days and survives a restart") {
    clock.set(parse_rfc3339("2026-12-01T06:00:00Z").value());
    settings.limits = {
        {Scope::relay, "main", {.warm_up = config::WarmUp{parse_rfc3339("2026-12-01").value(), 20, 1.5}}}};
    start();
    mailing_in({"a.example"}, 200);
    work_now();
    CHECK(sent["a.example"] == 20);
    CHECK(ledger->hand_out().quiet());  // nothing more today: `run --once` ends
    start();
    work_now();
    CHECK(sent["a.example"] == 20);
    clock.set(parse_rfc3339("2026-12-01T23:59:59Z").value());
    work_now();
    CHECK(sent["a.example"] == 20);
    clock.set(parse_rfc3339("2026-12-02T00:00:00Z").value());
    work_now();
    CHECK(sent["a.example"] == 20 + 30);
    clock.set(parse_rfc3339("2026-12-04T12:00:00Z").value());  // a day was left out
    work_now();
    CHECK(sent["a.example"] == 20 + 30 + 67);  // 67.5
}

TEST_CASE_METHOD(LimitedLedger, "what a limit holds back keeps the queue from being quiet until it is sent") {
    limit_domain("slow.example", rate(2));
    start();
    mailing_in({"slow.example"}, 4);
    work_now();
    CHECK(sent["slow.example"] == 1);
    CHECK_FALSE(ledger->hand_out().quiet());
    work(1700ms);  // one each 538 ms
    CHECK(sent["slow.example"] == 4);
    CHECK(ledger->hand_out().quiet());
}

TEST_CASE_METHOD(LimitedLedger, "what waits for a limit before its first attempt does not age") {
    settings.retry.give_up_after = 1h;
    limit_domain("slow.example", rate(1, 24h));
    start();
    mailing_in({"slow.example"}, 2);
    work_now();
    clock.advance(48h);
    work_now();
    CHECK(sent["slow.example"] == 2);
}

TEST_CASE_METHOD(LimitedLedger, "what was claimed and not tried uses nothing of a limit up") {
    limit_domain("slow.example", rate(1, 1h));
    start();
    mailing_in({"slow.example"}, 2);
    ledger->step();
    auto taken = ledger->hand_out().take(0, 10);
    REQUIRE(taken.size() == 1);
    ledger->hand_out().give_back(0, taken[0]);
    work_now();
    CHECK(sent["slow.example"] == 1);
}

TEST_CASE_METHOD(LimitedLedger,
                 "a limit that is taken out of the configuration leaves nothing on its shelf") {
    limit_domain("slow.example", rate(1, 24h));
    start();
    mailing_in({"slow.example"}, 1200);
    work_now();
    CHECK(sent["slow.example"] == 1);
    settings.limits.clear();
    start();
    work_now();
    CHECK(sent["slow.example"] == 1200);
    CHECK(integer("SELECT count(*) FROM limits") == 0);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE shelf > 0 AND state <= 4") == 0);
}

TEST_CASE_METHOD(LimitedLedger, "mailings are served in turn though one waits for a limit") {
    limit_domain("slow.example", rate(1));
    settings.doubt_window = 10;
    settings.lanes[0].connections = 1;
    start();
    const auto large = mailing_in({"slow.example", "a.example"}, 300);
    const auto small = mailing_in({"b.example"}, 5, 2);
    ledger->step();
    const auto claimed = ledger->hand_out().take(0, 100);
    CHECK(std::ranges::count(claimed, small, &Delivery::mailing_id) == 5);
    CHECK(std::ranges::count(claimed, large, &Delivery::mailing_id) == 5);
}

namespace {
struct Complaining : LimitedLedger {
    Outcome answer(std::size_t lane, const Delivery& delivery) override {
        if (complains-- > 0)
            return {.kind = OutcomeKind::domain_slowed,
                    .stage = Stage::rcpt,
                    .code = 450,
                    .text = "450 4.7.28 slow"};
        return LimitedLedger::answer(lane, delivery);
    }
    int complains = 0;
};
}  // namespace

TEST_CASE_METHOD(Complaining,
                 "a domain that complains has its configured rate halved, once for what was under way") {
    limit_domain("slow.example", rate(20));
    start();
    mailing_in({"slow.example"}, 3000);
    work(10s);
    complains = 15;
    work(1s);
    CHECK(slowed == std::vector<std::pair<std::string, double>>{{"slow.example", 10.0}});
    const int before = sent["slow.example"];
    work(10s);
    CHECK(sent["slow.example"] - before >= 85);
    CHECK(sent["slow.example"] - before <= 101);
    CHECK(integer("SELECT count(*) FROM deliveries WHERE attempts > 0 AND state IN (0, 2)") == 0);
}

TEST_CASE_METHOD(Complaining,
                 "a domain without a limit that complains gets one, which a restart keeps and quiet ends") {
    start();
    mailing_in({"slow.example"}, 500);
    mailing_in({"fast.example"}, 10, 2);
    complains = 1;
    work_now();
    REQUIRE(slowed.size() == 1);
    CHECK(slowed[0].first == "slow.example");
    CHECK(slowed[0].second >= 1.0);
    CHECK(sent["fast.example"] == 10);
    start();
    const int before = sent["slow.example"];
    work(5s);
    CHECK(sent["slow.example"] - before <= 5 * slowed[0].second + 1);
    CHECK(restored.empty());
    clock.advance(24h);
    work_now();
    CHECK(restored == std::vector<std::string>{"slow.example"});
    CHECK(sent["slow.example"] == 500);
    CHECK(integer("SELECT count(*) FROM limits") == 0);
}

namespace {
struct TwoRelays : LimitedLedger {
    TwoRelays() {
        settings.lanes = {{.relay = "first", .connections = 2, .newsletters = newsletters},
                          {.relay = "second", .connections = 2, .newsletters = newsletters}};
    }
    Outcome answer(std::size_t lane, const Delivery& delivery) override {
        attempts += delivery.attempts;
        if (lane == 0 && first_is_down)
            return {.kind = OutcomeKind::relay_trouble, .text = "connection refused"};
        if (defers > 0) {
            --defers;
            return {.kind = OutcomeKind::deferred, .stage = Stage::rcpt, .code = 451};
        }
        return LimitedLedger::answer(lane, delivery);
    }
    int defers = 0;
    bool first_is_down = false;
    unsigned attempts = 0;
};
}  // namespace

TEST_CASE_METHOD(TwoRelays, "a relay that goes down leaves its work to the other at once, and comes back") {
    start();
    mailing_in({"a.example"}, 200);
    first_is_down = true;
    work_now();
    CHECK(sent["a.example"] == 200);
    CHECK(sent_by["first"] == 0);
    CHECK(attempts == 0);
    first_is_down = false;
    clock.advance(5s);
    mailing_in({"a.example"}, 200, 2);
    work_now();
    CHECK(sent["a.example"] == 400);
    CHECK(sent_by["first"] >= 80);
    CHECK(sent_by["second"] >= 280);
}

TEST_CASE_METHOD(TwoRelays, "a relay that stands by carries mail only while the other is down") {
    settings.lanes[1].weights["notes"] = 0;
    start();
    mailing_in({"a.example"}, 50);
    work_now();
    CHECK(sent_by["first"] == 50);
    first_is_down = true;
    mailing_in({"a.example"}, 50, 2);
    work_now();
    CHECK(sent_by["second"] == 50);
    first_is_down = false;
    clock.advance(5min);
    mailing_in({"a.example"}, 50, 3);
    work_now();
    CHECK(sent_by["first"] >= 80);  // the other one had claimed 20 before the probe came back
    CHECK(sent["a.example"] == 150);
}

TEST_CASE_METHOD(TwoRelays, "a relay at its daily ceiling leaves the rest to the other") {
    settings.limits = {{Scope::relay, "first", {.warm_up = config::WarmUp{clock.now(), 10, 1.0}}}};
    start();
    mailing_in({"a.example"}, 100);
    work_now();
    CHECK(sent_by["first"] == 10);
    CHECK(sent_by["second"] == 90);
}

TEST_CASE_METHOD(TwoRelays, "a retry that waits behind a ceiling for days expires nobody") {
    settings.lanes.pop_back();
    settings.limits = {{Scope::relay, "first", {.warm_up = config::WarmUp{clock.now(), 10, 1.0}}}};
    start();
    const auto id = mailing_in({"a.example"}, 39);
    defers = 1;
    for (int day = 0; day < 5; ++day) {
        if (day == 3) defers = 1;  // its turn has come behind the others, longer than give_up_after later
        work(10min, 1min);
        clock.advance(24h);
    }
    CHECK(attempts == 2);
    CHECK(deliveries->progress(id).failed == 0);
    CHECK(sent["a.example"] == 39);
}

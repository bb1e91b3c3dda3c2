// A daemon that is killed between two of its writes, and started again: a process of its own goes as far as a moment, and
// dies there by SIGKILL.
#include "pipeline/plan/recovery.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <functional>

#include "db/raw_sql.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/service/ledger_settings.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/ledger/ledger.hpp"
#include "queue/ledger/ledger_step.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/recorder_store.hpp"
#include "support/invariants/invariants.hpp"
#include "support/manual_clock.hpp"
#include "support/quiet_events.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using queue::Delivery;
using queue::DeliveryState;
using queue::OutcomeKind;

namespace {

struct NoDuties final : queue::LedgerDuties {
    void settle(const Delivery&, const queue::Outcome&, const queue::Step&, Time) override {}
    queue::Remaining prepare_deliveries(Time) override { return queue::Remaining::nothing; }
};

struct Told final : test::QuietEvents {
    void recovered(int deliveries) override { doubts += deliveries; }
    void recovered_by_recorder(int how_many_answered, int how_many_not_begun) override {
        answered += how_many_answered;
        not_begun += how_many_not_begun;
    }
    void no_flight_recorder(std::string_view why) override { no_recorder = why; }
    int doubts = 0;
    int answered = 0;
    int not_begun = 0;
    std::string no_recorder;
};

// The moments between two writes.
enum class Moment {
    claimed_not_committed,
    committed_not_begun,
    dot_half_written,
    answered_not_committed,
    outcome_committed_not_freed,
};

const queue::Outcome accepted{.kind = OutcomeKind::accepted,
                              .stage = queue::Stage::final_dot,
                              .code = 250,
                              .enhanced = "2.0.0",
                              .text = "queued as 1"};

void die() {
    ::kill(::getpid(), SIGKILL);
}

config::Settings settings_of(const std::filesystem::path& data_dir) {
    config::Settings settings;
    settings.data_dir = data_dir;
    settings.newsletters.push_back({.name = "notes", .relay = "main"});
    config::Relay relay;
    relay.name = "main";
    settings.relays = {relay};
    return settings;
}

// One process at work, from its start on.
struct Run {
    Run(const config::Settings& settings, const std::optional<pipeline::RecorderPlace>& place, Time now,
        std::uint64_t seed)
        : random(seed), database(pipeline::open_database(settings.data_dir)) {
        clock.set(now);
        if (place) recorder = pipeline::open_recorder(database, *place, random, told);
        left = pipeline::recover(database, settings, clock.now(), random, told, recorder.get());
        std::vector<std::string> relays;
        for (const queue::LeftReport& report : left) relays.push_back(report.relay);
        ledger_settings =
            pipeline::ledger_settings(settings, std::make_shared<const queue::Providers>(), relays);
    }
    [[nodiscard]] std::string state() {
        auto query = db::RawSql(database).prepare("SELECT state FROM deliveries");
        return query.step() ? std::string(to_string(static_cast<DeliveryState>(query.integer(0)))) : "none";
    }
    // "accepted by main", in order.
    [[nodiscard]] std::vector<std::string> attempts() {
        std::vector<std::string> found;
        queue::DeliveryLog(database).each({}, [&](const queue::LogLine& line) {
            found.push_back(std::string(to_string(line.outcome.kind)) + " by " + line.relay);
        });
        return found;
    }
    // What came in is recorded, and nothing is claimed.
    void record_what_was_left() {
        queue::Ledger ledger(database, ledger_settings, duties, told, recall, clock, random, recorder.get());
        for (queue::LeftReport& report : left)
            ledger.hand_out().report_left(report.relay, std::move(report.delivery),
                                          std::move(report.outcome));
        ledger.hand_out().stop_claiming();
        ledger.step();
        left.clear();
    }
    void live_until(Moment moment) {
        queue::LedgerMemory memory(database, ledger_settings, clock, recorder.get());
        queue::HandOut hand_out(queue::relays_of(ledger_settings.lanes), recorder.get());
        step(memory, hand_out, moment == Moment::claimed_not_committed, false);
        if (moment == Moment::committed_not_begun) die();
        const Delivery delivery = hand_out.take(0, 1).at(0);
        hand_out.dot_leaves(delivery);
        if (moment == Moment::dot_half_written) die();
        hand_out.report(0, delivery, accepted);
        if (moment == Moment::answered_not_committed) die();
        step(memory, hand_out, false, moment == Moment::outcome_committed_not_freed);
    }
    void step(queue::LedgerMemory& memory, queue::HandOut& hand_out, bool dies_before, bool dies_after) {
        queue::LedgerStep step(memory, hand_out, duties, random, clock.now());
        db::Transaction transaction(database);
        step.write(recall);
        if (dies_before) die();
        transaction.commit();
        if (dies_after) die();
        step.keep(recall);
    }

    NoDuties duties;
    queue::Recall recall;
    Told told;
    test::ManualClock clock;
    test::SeededRandom random;
    db::Database database;
    std::shared_ptr<queue::FlightRecorder> recorder;
    std::vector<queue::LeftReport> left;
    queue::LedgerSettings ledger_settings;
};

// A mailing to one reader, and the processes that deliver it one after the other.
struct Killed {
    Killed() {
        test::ManualClock clock;
        now = clock.now();
        auto database = pipeline::open_database(dir / "data");
        queue::MailingStore mailings(database);
        db::Transaction transaction(database);
        const auto id = mailings.create_mailing(
            {.newsletter = "notes", .post_id = 1, .title = "A post", .key = "k", .not_before = now}, now);
        mailings.start_due(now);
        const std::vector<queue::Addressee> readers{{1, "ann@example.net"}};
        queue::DeliveryStore(database).add_deliveries(id.value(), readers, now);
        mailings.finish_fan_out(id.value(), now);
        transaction.commit();
    }
    // Another process does this, and dies by SIGKILL within it.
    void die_in(const std::function<void()>& life) {
        const pid_t child = ::fork();
        if (child == 0) {
            try {
                life();
            } catch (...) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        REQUIRE(WTERMSIG(status) == SIGKILL);
        ++runs;
    }
    void die_at(Moment moment) {
        die_in([&] { start()->live_until(moment); });
    }
    [[nodiscard]] std::unique_ptr<Run> start() { return std::make_unique<Run>(settings, place, now, runs); }
    void meanwhile(const std::function<void(db::Database&)>& change) {
        auto database = pipeline::open_database(dir / "data");
        db::Transaction transaction(database);
        change(database);
        transaction.commit();
    }
    // Nothing is under way at the end, whatever happened.
    static void check(Run& run) {
        run.record_what_was_left();
        CHECK(test::broken_invariants(run.database, test::Rest::at_rest) == std::vector<std::string>{});
    }

    test::TempDir dir;
    Time now{};
    std::uint64_t runs = 1;
    config::Settings settings = settings_of(dir / "data");
    std::optional<pipeline::RecorderPlace> place =
        pipeline::RecorderPlace{.folder = dir / "data", .boot = std::string(32, 'b')};
};

using Attempts = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Killed, "a delivery that was claimed, and whose claim was not committed, waits as before") {
    die_at(Moment::claimed_not_committed);
    const auto run = start();
    check(*run);
    CHECK(run->state() == "queued");
    CHECK(run->attempts().empty());
    CHECK(run->told.not_begun == 0);
}

TEST_CASE_METHOD(Killed, "a delivery that was claimed and not begun waits again, and no attempt is counted") {
    die_at(Moment::committed_not_begun);
    const auto run = start();
    check(*run);
    CHECK(run->state() == "queued");
    CHECK(run->attempts().empty());
    CHECK(run->told.not_begun == 1);
    CHECK(run->told.doubts == 0);
}

TEST_CASE_METHOD(Killed, "a delivery whose dot was leaving is in doubt") {
    die_at(Moment::dot_half_written);
    const auto run = start();
    check(*run);
    CHECK(run->state() == "in_doubt");
    CHECK(run->attempts() == Attempts{"in_doubt by main"});
    CHECK(run->told.doubts == 1);
}

TEST_CASE_METHOD(Killed, "an outcome that was known and not committed is recorded as it was") {
    die_at(Moment::answered_not_committed);
    const auto run = start();
    CHECK(run->state() == "sending");  // until the ledger's first step
    check(*run);
    CHECK(run->state() == "sent");
    CHECK(run->attempts() == Attempts{"accepted by main"});
    CHECK(run->told.doubts == 0);
    queue::DeliveryLog(run->database).each({}, [](const queue::LogLine& line) {
        CHECK(line.outcome.code == 250);
        CHECK(line.outcome.enhanced == "2.0.0");
        CHECK(line.outcome.text == "queued as 1");
    });
}

TEST_CASE_METHOD(Killed, "an outcome that was committed is recorded once") {
    die_at(Moment::outcome_committed_not_freed);
    const auto run = start();
    check(*run);
    CHECK(run->state() == "sent");
    CHECK(run->attempts() == Attempts{"accepted by main"});
    CHECK(run->told.answered == 0);
}

TEST_CASE_METHOD(Killed,
                 "a reader who has left meanwhile is not mailed again, and what he got is on record") {
    struct Case {
        Moment moment;
        std::string state;
        Attempts attempts;
    };
    const auto one = GENERATE(values<Case>({
        {Moment::claimed_not_committed, "left", {}},
        {Moment::committed_not_begun, "left", {}},
        {Moment::dot_half_written, "left", {"in_doubt by main"}},
        {Moment::answered_not_committed, "sent", {"accepted by main"}},
        {Moment::outcome_committed_not_freed, "sent", {"accepted by main"}},
    }));
    die_at(one.moment);
    meanwhile([this](db::Database& database) {
        static_cast<void>(queue::DeliveryStore(database).withdraw("notes", 1, DeliveryState::left, now));
    });
    const auto run = start();
    check(*run);
    CHECK(run->state() == one.state);
    CHECK(run->attempts() == one.attempts);
}

TEST_CASE_METHOD(Killed, "what a courier held of a mailing that was cancelled meanwhile is not sent again") {
    struct Case {
        Moment moment;
        std::string state;
        Attempts attempts;
    };
    const auto one = GENERATE(values<Case>({
        {Moment::claimed_not_committed, "cancelled", {}},
        {Moment::committed_not_begun, "cancelled", {}},
        {Moment::dot_half_written, "cancelled", {"in_doubt by main"}},
        {Moment::answered_not_committed, "sent", {"accepted by main"}},
        {Moment::outcome_committed_not_freed, "sent", {"accepted by main"}},
    }));
    die_at(one.moment);
    meanwhile(
        [this](db::Database& database) { static_cast<void>(queue::MailingStore(database).cancel(1, now)); });
    const auto run = start();
    check(*run);
    CHECK(run->state() == one.state);
    CHECK(run->attempts() == one.attempts);
}

TEST_CASE_METHOD(Killed, "what a relay answered that is no longer configured is recorded under its name") {
    struct Case {
        Moment moment;
        std::string state;
        Attempts attempts;
    };
    const auto one = GENERATE(values<Case>({
        {Moment::claimed_not_committed, "queued", {}},
        {Moment::committed_not_begun, "queued", {}},
        {Moment::dot_half_written, "in_doubt", {"in_doubt by main"}},
        {Moment::answered_not_committed, "sent", {"accepted by main"}},
        {Moment::outcome_committed_not_freed, "sent", {"accepted by main"}},
    }));
    die_at(one.moment);
    settings.relays.at(0).name = "other";
    settings.newsletters.at(0).relay = "other";
    const auto run = start();
    check(*run);
    CHECK(run->state() == one.state);
    CHECK(run->attempts() == one.attempts);
}

TEST_CASE_METHOD(Killed, "an outcome survives a second kill, before the ledger had recorded it") {
    die_at(Moment::answered_not_committed);
    die_in([&] {
        const auto run = start();
        die();
    });
    const auto run = start();
    check(*run);
    CHECK(run->state() == "sent");
    CHECK(run->attempts() == Attempts{"accepted by main"});
}

TEST_CASE_METHOD(Killed,
                 "a copy that was cancelled and queued again meanwhile is not sent to who has it already") {
    die_at(Moment::answered_not_committed);
    meanwhile([this](db::Database& database) {
        queue::DeliveryStore deliveries(database);
        static_cast<void>(deliveries.withdraw("notes", 1, DeliveryState::cancelled, now));
        CHECK(deliveries.queue_again(1, std::vector<std::int64_t>{1}, now) == 1);
    });
    const auto run = start();
    check(*run);
    CHECK(run->state() == "sent");
}

TEST_CASE_METHOD(Killed, "a reply to a reader who has been forgotten meanwhile does not name him again") {
    die_in([&] {
        const auto run = start();
        queue::LedgerMemory memory(run->database, run->ledger_settings, run->clock, run->recorder.get());
        queue::HandOut hand_out({"main"}, run->recorder.get());
        run->step(memory, hand_out, false, false);
        hand_out.report(0, hand_out.take(0, 1).at(0),
                        {.kind = OutcomeKind::rejected_recipient, .code = 550, .text = "no ann@example.net"});
        die();
    });
    meanwhile([this](db::Database& database) {
        static_cast<void>(queue::DeliveryStore(database).withdraw("notes", 1, DeliveryState::left, now));
        db::RawSql(database).execute("UPDATE deliveries SET recipient = 'forgotten:1'");
    });
    const auto run = start();
    check(*run);
    queue::DeliveryLog(run->database).each({}, [](const queue::LogLine& line) {
        CHECK(line.outcome.text == "the reply is not kept, since its reader was forgotten");
    });
    CHECK(run->attempts().size() == 1);
}

TEST_CASE_METHOD(Killed, "without the recorder's file, or in another boot, what was sending is a doubt") {
    die_at(GENERATE(Moment::committed_not_begun, Moment::answered_not_committed));
    const int what = GENERATE(0, 1, 2);
    if (what == 0) std::filesystem::remove(dir / "data" / "flight-recorder");
    if (what == 1) place->boot = std::string(32, 'c');
    if (what == 2) place.reset();
    const auto run = start();
    check(*run);
    CHECK(run->state() == "in_doubt");
    CHECK(run->attempts() == Attempts{"in_doubt by "});
    CHECK(run->told.doubts == 1);
}

TEST_CASE_METHOD(Killed, "a file that was in use before another is not believed any more") {
    die_at(Moment::claimed_not_committed);
    // The delivery is claimed under the same number of tries, with a recorder elsewhere, and its dot leaves.
    std::filesystem::create_directory(dir / "elsewhere");
    const auto before = *place;
    place->folder = dir / "elsewhere";
    die_at(Moment::dot_half_written);
    place = before;
    const auto run = start();
    check(*run);
    CHECK(run->state() == "in_doubt");
}

TEST_CASE_METHOD(Killed, "a recorder that cannot be had is said, and stops nothing") {
    place->folder = dir / "nowhere";
    die_at(Moment::dot_half_written);
    const auto run = start();
    CHECK(run->told.no_recorder.find("nowhere") != std::string::npos);
    check(*run);
    CHECK(run->state() == "in_doubt");
}

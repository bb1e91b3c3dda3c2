// Power cuts: the disk forgets what was not synced, in part or whole, in any order
// (support/disk/unreliable_disk.hpp). What the world outside has seen by then must be found again: bodies
// that left, outcomes that were announced.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>

#include "db/raw_sql.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/fixture.hpp"
#include "queue/ledger/ledger.hpp"
#include "queue/store/delivery_store.hpp"
#include "support/disk/unreliable_disk.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::queue;
using namespace std::chrono_literals;

namespace {

constexpr int deliveries = 120;
constexpr unsigned doubt_window = 20;

struct NoDuties final : LedgerDuties {
    void settle(const Delivery&, const Outcome&, const Step&, Time) override {}
    Remaining prepare_deliveries(Time) override { return Remaining::nothing; }
};

// What the world knows, which no power cut makes forget. By delivery.
struct World final : LedgerObserver {
    std::map<std::int64_t, int> bodies;            // that left
    std::map<std::int64_t, int> outcomes;          // announced as recorded
    std::map<std::int64_t, DeliveryState> finals;  // among them

    void recorded(const Delivery& delivery, const Outcome&, const Step& step, std::string_view) override {
        ++outcomes[delivery.id];
        if (is_final(step.state)) finals[delivery.id] = step.state;
    }
    void relay_down(std::string_view, const RelayHealth&) override {}
    void relay_up(std::string_view) override {}
    void paused(std::int64_t, std::string_view, std::string_view) override {}
    void write_failed(std::string_view) override {}
    void write_resumed() override {}
};

// What a power cut took away.
struct Losses {
    int deliveries = 0;
    int outcomes = 0;  // announced, and not on record
    int bodies = 0;    // left, and neither an outcome nor a doubt tells of it
    std::string damage;
    bool operator==(const Losses&) const = default;
};

// The ledger at work, with a courier that ends each attempt at once, as chance wills.
struct Office : test::QueueFixture {
    Office(const std::filesystem::path& file, std::uint64_t seed) {
        random = test::SeededRandom(seed);
        database = db::Database::open(file);
        migrate_queue(database);
        // Small, so that checkpoints are under way at many of the moments, and larger than a commit: a
        // checkpoint syncs, and behind each commit it would hide that commits themselves do not.
        db::RawSql(database).execute("PRAGMA wal_autocheckpoint = 16");
    }
    LedgerSettings settings() const {
        LedgerSettings settings{.doubt_window = doubt_window,
                                .lanes = {{.relay = "main", .connections = 4, .newsletters = newsletters}}};
        // One attempt in 20 is refused for its content, by chance. That is rightly a reason to pause where 5
        // of the first 25 are (such words have no usual share), which happens in 16 of 1 000 mailings like
        // this one: with seeds 15, 43 and 63. What is paused waits for a person, and never ends here.
        settings.breaker.share = 1.0;
        return settings;
    }
    Outcome attempt() {
        const double lot = random.fraction();
        if (lot < 0.1) return {.kind = OutcomeKind::deferred, .stage = Stage::rcpt, .code = 451};
        if (lot < 0.15) return {.kind = OutcomeKind::in_doubt, .stage = Stage::final_dot};
        if (lot < 0.2) return {.kind = OutcomeKind::rejected_policy, .stage = Stage::final_dot, .code = 554};
        return {.kind = OutcomeKind::accepted, .stage = Stage::final_dot, .code = 250};
    }
    // Until everything is final or held, or `going_on` says no.
    template <class GoingOn>
    void deliver(World& world, const GoingOn& going_on) {
        Ledger ledger(database, settings(), duties, world, recall, clock, random);
        for (int idle = 0; idle < 8 && going_on();) {
            ledger.step();
            const auto taken = ledger.hand_out().take(0, 1 + random.next() % doubt_window);
            for (const Delivery& delivery : taken) {
                ++world.bodies[delivery.id];
                ledger.hand_out().report(0, delivery, attempt());
            }
            idle = taken.empty() ? idle + 1 : 0;
            clock.advance(1h);
        }
    }
    NoDuties duties;
    Recall recall;
};

Losses compare(db::Database& database, const World& world) {
    Losses losses;
    std::map<std::int64_t, int> attempts;
    DeliveryLog(database).each({}, [&](const LogLine& line) { ++attempts[line.delivery_id]; });
    std::map<std::int64_t, DeliveryState> states;
    auto query = db::RawSql(database).prepare("SELECT id, state FROM deliveries");
    while (query.step()) states[query.integer(0)] = static_cast<DeliveryState>(query.integer(1));
    losses.deliveries = deliveries - static_cast<int>(states.size());
    for (const auto& [id, count] : world.outcomes) losses.outcomes += attempts[id] < count ? 1 : 0;
    for (const auto& [id, state] : world.finals) losses.outcomes += states[id] == state ? 0 : 1;
    for (const auto& [id, count] : world.bodies) losses.bodies += attempts[id] < count ? 1 : 0;
    return losses;
}

// One round: work until the power fails, find again what the disk kept, and finish from there.
Losses cut_power_once(std::uint64_t seed, const std::string& synchronous) {
    const test::TempDir dir;
    World world;
    test::SeededRandom chance(seed * 7919);
    Time now{};
    {
        test::UnreliableDisk disk;
        {
            Office office(dir / "queue.db", seed);
            office.mailing_to(deliveries);
            db::RawSql(office.database).execute("PRAGMA synchronous = " + synchronous);
            disk.cut_power_at(1 + chance.next() % 400);
            office.deliver(world, [&disk] { return disk.powered(); });
            now = office.clock.now();
        }
        disk.save_image(dir / "queue.db", dir / "found.db", chance);
    }
    Office office(dir / "found.db", seed + 1);
    office.clock.set(now);
    Losses losses{.damage = office.database.integrity_problem()};
    if (!losses.damage.empty()) return losses;
    db::Transaction recovery(office.database);
    office.deliveries->recover_interrupted({}, config::OnDoubt::resend, office.clock.now(), office.random);
    recovery.commit();
    losses = compare(office.database, world);
    World afterwards;
    office.deliver(afterwards, [] { return true; });
    const Progress progress = office.deliveries->progress(1);
    losses.deliveries += static_cast<int>(progress.waiting + progress.sending);  // never ended
    return losses;
}

}  // namespace

TEST_CASE("100 power cuts lose no delivery, no recorded outcome, and no trace of a body that left") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Losses losses = cut_power_once(seed, "FULL");
        INFO("seed " << seed);
        CHECK(losses.damage.empty());
        CHECK(losses.deliveries == 0);
        CHECK(losses.outcomes == 0);
        CHECK(losses.bodies == 0);
    }
}

TEST_CASE(
    "the same power cuts do lose outcomes where commits are not synced: the disk is as bad as it says") {
    int outcomes = 0;
    int bodies = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Losses losses = cut_power_once(seed, "NORMAL");
        outcomes += losses.outcomes;
        bodies += losses.bodies;
    }
    CHECK(outcomes > 0);
    CHECK(bodies > 0);
}

TEST_CASE("what a courier is handed is `sending` in what the disk has synced at that moment") {
    const test::TempDir dir;
    test::UnreliableDisk disk;
    Office office(dir / "queue.db", 1);
    office.mailing_to(deliveries);
    World world;
    Ledger ledger(office.database, office.settings(), office.duties, world, office.recall, office.clock,
                  office.random);
    int handed_out = 0;
    for (int i = 0; i < 20; ++i) {
        ledger.step();
        const auto taken = ledger.hand_out().take(0, doubt_window);
        const auto image = dir / fmt::format("image{}.db", i);
        disk.save_synced(dir / "queue.db", image);
        auto synced = db::Database::open(image);
        std::vector<std::int64_t> ids;
        std::ranges::transform(taken, std::back_inserter(ids), &Delivery::id);
        CHECK(DeliveryStore(synced).no_longer_sending(ids).empty());
        handed_out += static_cast<int>(taken.size());
        for (const Delivery& delivery : taken)
            ledger.hand_out().report(0, delivery, {.kind = OutcomeKind::accepted, .code = 250});
    }
    CHECK(handed_out == deliveries);
}

// Random events of a day of chaos, and the checks that must hold in spite of them.
#include <algorithm>
#include <filesystem>

#include "db/raw_sql.hpp"
#include "pipeline/chaos_day.hpp"
#include "pipeline/plan/departure.hpp"
#include "post/post_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "support/committing.hpp"
#include "support/invariants/invariants.hpp"

namespace paperround::test {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using queue::DeliveryState;

namespace {

void copy_and_move(const fs::path& file) {
    const fs::path copy = file.string() + ".copy";
    fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
    fs::rename(copy, file);
}

std::int64_t number(db::Database& database, const std::string& sql) {
    auto query = db::RawSql(database).prepare(sql);
    return query.step() ? query.integer(0) : 0;
}

// The recorded attempts of a delivery.
std::string history(db::Database& database, std::int64_t delivery) {
    std::string lines;
    auto rows = db::RawSql(database).prepare(
        "SELECT at, outcome, relay, text FROM attempts WHERE delivery_id = ?1 ORDER BY id");
    rows.bind(1, delivery);
    while (rows.step()) {
        lines += fmt::format("; {} {} {} {}", format_rfc3339(rows.time(0)),
                             queue::to_string(static_cast<queue::OutcomeKind>(rows.integer(1))), rows.text(2),
                             rows.text(3));
    }
    return lines;
}

}  // namespace

void ChaosDay::say(const std::string& what) {
    if (std::exchange(said_last_, what) == what) return;
    happenings_.push_back(
        fmt::format("{} {}{}", format_duration(boot_), what, running() ? "" : " (nothing runs)"));
}

void ChaosDay::complain(const std::string& what) {
    problems_.push_back(fmt::format("{}: {}", format_duration(boot_), what));
    say("BROKEN: " + what);
}

void ChaosDay::strike() {
    const double lot = chance_.fraction();
    if (lot < 0.10) return publish();
    if (lot < 0.30) return leave();
    if (lot < 0.40) return set_clock();
    if (lot < 0.50) return fill_disk();
    if (lot < 0.58) return make_trouble();
    if (!running()) return;
    if (lot < 0.70) {
        for (auto times = 1 + chance_.next() % 5; times > 0 && running(); --times) reload();
    } else if (lot < 0.76) {
        stop();
    } else if (lot < 0.82) {
        drop(End::killed);
        restart_after(Duration(chance_.next() % 600'000));
    } else if (lot < 0.88) {
        doom();
    } else if (lot < 0.92) {
        replace_by_itself();
    } else if (lot < 0.97) {
        keep_backup();
    } else {
        restore_backup();
    }
}

void ChaosDay::publish() {
    if (!running() || full_until_) {
        ++unpublished_;
        return;
    }
    try {
        auto database = pipeline::open_database(folder());
        test::Committing<post::PostStore> posts(database);
        db::Transaction transaction(database);
        posts->record(posts->source("notes", "feed"),
                      {.id = fmt::format("post{}", posts_), .title = fmt::format("Post {}", posts_)},
                      post::PostState::ready, "", clock_->now());
        transaction.commit();
        ++posts_;
        say("a post");
    } catch (const db::Error&) {
        ++unpublished_;
    }
}

void ChaosDay::leave() {
    if (!running()) return;
    // Through the page, which shares the Recall with the couriers; or through the command line, whose change
    // the ledger sees in its next step.
    const bool by_page = chance_.fraction() < 0.5;
    const auto reader =
        number(offices_.back()->database,
               fmt::format("SELECT id FROM subscribers ORDER BY id LIMIT 1 OFFSET {}", chance_.next() % 120));
    try {
        auto database = pipeline::open_database(folder());
        const auto found = audience::AudienceStore(database).find(reader);
        if (!found) return;
        pipeline::Departure departure(database, *clock_, by_page ? recall_.get() : nullptr);
        if (!departure.remove("notes", found->address)) return;
        left_.insert(found->address);
        say(found->address + " leaves");
    } catch (const db::Error&) {
        return;
    }
    step();
}

void ChaosDay::set_clock() {
    static constexpr std::array<Duration, 6> jumps{-24h, 72h, -3h, 50min, -2min, 90s};
    const Duration jump = jumps[chance_.next() % jumps.size()];
    say("the clock is set by " + format_duration(jump));
    wall_ahead_ += jump;
    if (!running()) return;
    // A jump that was not followed yet may be undone by this one.
    const Duration ahead = Time(boot_ + wall_ahead_) - clock_->now();
    const bool to_be_said = std::chrono::abs(ahead) > GuardedClock::most_followed;
    const auto told = events_.count("clock set");
    follow_clock();
    if (to_be_said && events_.count("clock set") == told) complain("the clock jumped, and nothing is said");
}

void ChaosDay::fill_disk() {
    full_until_ = boot_ + Duration(60'000 + chance_.next() % 18'000'000);
    if (disk_) disk_->set_full(true);
    say("the disk is full");
}

void ChaosDay::make_trouble() {
    trouble_until_ = boot_ + Duration(chance_.next() % 7'200'000);
    relays_[chance_.next() % relays_.size()].set_down(true);
    say("a relay is down");
}

// A copy of the present files replaces them: the daemon ends, and nothing is lost by it.
void ChaosDay::replace_by_itself() {
    say("the files are replaced by copies of themselves");
    copy_and_move(database());
    if (chance_.fraction() < 0.5) {
        for (const char* suffix : {"-wal", "-shm"}) copy_and_move(database().string() + suffix);
    }
    // A letter whose dot is sent between now and the ledger's next step has a recorded claim.
    step();
    if (running()) complain("the files were replaced, and the daemon goes on");
}

void ChaosDay::keep_backup() {
    if (!disk_->powered()) return;
    fs::remove(dir_ / "backup.db");
    try {
        auto database = pipeline::open_database(folder());
        if (!queue::MailingStore(database).fanning(1).empty()) return;
        database.backup_to(dir_ / "backup.db");
        backup_ = {.posts = posts_, .deliveries = number(database, "SELECT count(*) FROM deliveries")};
        say("a backup");
    } catch (const db::Error&) {
        backup_.reset();
    }
}

// Readers who left since the backup read again, and mail sent since is sent again: the restoring person has
// to know that.
void ChaosDay::restore_backup() {
    if (!backup_) return;
    Office& office = *offices_.back();
    // A mailing that is not in the backup would be planned anew, as another mailing.
    if (backup_->posts != posts_ || backup_->deliveries == 0 ||
        backup_->deliveries != number(office.database, "SELECT count(*) FROM deliveries"))
        return;
    say("the backup is restored");
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(database().string() + suffix);
    fs::rename(dir_ / "backup.db", database());
    backup_.reset();
    backup_in_place_ = true;
    step();
    if (running()) complain("a backup was moved into place, and the daemon goes on");
}

// The power fails, or the process is killed, in the middle of a later write.
void ChaosDay::doom() {
    disk_->cut_power_at(1 + chance_.next() % 80);
    say("doomed");
}

// --- What must hold
// -------------------------------------------------------------------------------------------------------

void ChaosDay::look_at(db::Database& database) {
    if (const auto damage = database.integrity_problem(); !damage.empty()) complain("damaged: " + damage);
    if (backup_in_place_) {
        test::Committing<audience::AudienceStore> audience(database);
        std::erase_if(left_, [&](const std::string& address) {
            const auto reader = audience->find(address);
            return reader && audience->is_active("notes", reader->id);
        });
    }
    for (const std::string& broken :
         test::broken_invariants(database, ended_clean_ ? test::Rest::at_rest : test::Rest::under_way))
        complain(broken);
    int claimed = 0;
    auto rows = db::RawSql(database).prepare("SELECT id, recipient, state, doubts FROM deliveries");
    while (rows.step()) {
        Seen& seen = seen_[rows.integer(0)];
        const auto state = static_cast<DeliveryState>(rows.integer(2));
        const bool counts = state == DeliveryState::sending || state == DeliveryState::sent;
        const int unknown = seen.copies - static_cast<int>(rows.integer(3)) - (counts ? 1 : 0);
        if (backup_in_place_) {
            seen.unknown_copies = std::max(seen.unknown_copies, unknown);
        } else if (unknown > seen.unknown_copies && state < DeliveryState::suppressed) {
            complain(fmt::format("{} got a copy of which there is no trace", rows.text(1)));
        }
        if (state != DeliveryState::sending) continue;
        ++claimed;
        ++seen.claimed_at_an_end;
    }
    if (ended_clean_ && claimed > 0) complain(fmt::format("{} are in doubt after a clean end", claimed));
    if (claimed > static_cast<int>(settings_.effective_doubt_window()))
        complain(fmt::format("{} are in doubt, more than the window", claimed));
    backup_in_place_ = false;
}

std::int64_t ChaosDay::waiting() {
    if (!running()) return 1;
    return number(offices_.back()->database,
                  "SELECT (SELECT count(*) FROM deliveries WHERE state <= 3) + "
                  "(SELECT count(*) FROM mailings WHERE state IN (0, 1)) + "
                  "(SELECT count(*) FROM posts WHERE state = 1)");
}

void ChaosDay::look_at_the_end() {
    if (!running()) return complain("nothing runs at the end");
    db::Database& database = offices_.back()->database;
    std::map<std::string, int> got;  // number of deliveries by reader
    auto rows = db::RawSql(database).prepare("SELECT id, recipient, state, attempts, doubts FROM deliveries");
    while (rows.step()) {
        const Seen& seen = seen_[rows.integer(0)];
        const std::string reader = rows.text(1);
        const auto state = static_cast<DeliveryState>(rows.integer(2));
        const auto attempts = static_cast<int>(rows.integer(3));
        const auto doubts = static_cast<int>(rows.integer(4));
        ++got[reader];
        const bool final = state == DeliveryState::sent || (state == DeliveryState::held && doubts >= 2) ||
                           (state == DeliveryState::left && left_.contains(reader));
        const auto check = [&](bool holds, const std::string& what) {
            if (!holds) complain(fmt::format("{} (delivery {}): {}", reader, rows.integer(0), what));
        };
        check(final, "ended as " + std::string(queue::to_string(state)) + history(database, rows.integer(0)));
        check(state != DeliveryState::sent || seen.copies > 0 || doubts > 0, "is sent by the record alone");
        check(seen.copies <= 1 + doubts + seen.unknown_copies,
              fmt::format("got {} copies, {} doubts are on record", seen.copies, doubts));
        check(doubts <= seen.unanswered + seen.claimed_at_an_end,
              fmt::format("{} doubts, {} dots were unanswered", doubts, seen.unanswered));
        check(attempts <= seen.counted + seen.claimed_at_an_end,
              fmt::format("{} attempts are counted, of {} tries", attempts, seen.counted));
        check(seen.keys.size() <= 1, "got several Message-IDs");
    }
    test::Committing<audience::AudienceStore> audience(database);
    for (int i = 0; i < 120; ++i) {
        const auto reader = fmt::format("reader{}@d{}.example.net", i, i % 6);
        if (!left_.contains(reader) && got[reader] != posts_)
            complain(fmt::format("{} has {} deliveries of {} posts", reader, got[reader], posts_));
    }
}

}  // namespace paperround::test

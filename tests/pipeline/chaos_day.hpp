// A day on which everything happens: mailings to some hundred readers, over relays that greylist, throttle,
// fall silent and fail, and meanwhile reloads, stops, kills, power cuts, full disks, clocks that jump, files
// that are replaced, and readers who leave. One thread, an injected clock, the real store and ledger on real
// files (support/disk/unreliable_disk.hpp); couriers are simulated. A seed gives the same day each time.
//
// The order of a process's steps is that of pipeline/service/delivery_service and daemon/command/run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded_clock.hpp"
#include "pipeline/chaos_office.hpp"
#include "pipeline/chaos_world.hpp"
#include "pipeline/fixture.hpp"
#include "support/disk/unreliable_disk.hpp"

namespace paperround::test {

class ChaosDay {
  public:
    ChaosDay(std::uint64_t seed, Duration length);

    // Runs the day, and a calm time after it. Returns the promises that were broken, one line each.
    [[nodiscard]] std::vector<std::string> live();
    // Everything that has happened, in order.
    [[nodiscard]] const std::vector<std::string>& happenings() const { return happenings_; }

  private:
    enum class End { clean, killed, power_cut };

    // --- Time passes
    void tick();
    void pass_until(Duration moment);
    [[nodiscard]] Duration until_next() const;
    void step();
    void hand_out();
    void serve_due();
    void send_dot(Courier& courier);
    void relieve_in_time();

    // --- The process
    void start();
    void restart_after(Duration pause);
    void reload();
    void take_over();
    void follow_clock();
    void stop();
    void drop(End end);
    void end_abandoned();
    void await_couriers();
    [[nodiscard]] bool running() const { return !offices_.empty(); }
    [[nodiscard]] std::filesystem::path folder() const;
    [[nodiscard]] std::filesystem::path database() const { return folder() / "paperround.db"; }

    // --- What happens
    void strike();
    void publish();
    void leave();
    void set_clock();
    void fill_disk();
    void make_trouble();
    void replace_by_itself();
    void keep_backup();
    void restore_backup();
    void doom();

    // --- What must hold
    void look_at(db::Database& database);  // at a start, before anything is written
    void look_at_the_end();
    [[nodiscard]] std::int64_t waiting();
    void say(const std::string& what);
    void complain(const std::string& what);

    SeededRandom chance_;
    Duration length_;
    TempDir dir_;
    config::Settings settings_;
    RememberedEvents events_;
    std::unique_ptr<UnreliableDisk> disk_;
    Duration boot_{0};  // time since boot; only grows
    Duration wall_ahead_;
    std::optional<GuardedClock> clock_;
    std::unique_ptr<queue::Recall> recall_;
    std::vector<std::unique_ptr<Office>> offices_;  // the last one works; couriers of the others finish
    std::vector<Courier> couriers_;
    std::vector<ScriptedRelay> relays_;
    std::map<std::int64_t, Seen> seen_;
    std::set<std::string> left_;
    unsigned life_ = 0;
    std::optional<Duration> full_until_;
    std::optional<Duration> trouble_until_;
    std::optional<Duration> start_at_;
    bool ended_clean_ = true;
    bool backup_in_place_ = false;
    int posts_ = 0;
    int unpublished_ = 0;
    struct Backup {
        int posts = 0;
        std::int64_t deliveries = 0;
    };
    std::optional<Backup> backup_;
    Time seen_last_{};  // when a process last worked and could write
    std::string said_last_;
    std::vector<std::string> happenings_;
    std::vector<std::string> problems_;
};

}  // namespace paperround::test

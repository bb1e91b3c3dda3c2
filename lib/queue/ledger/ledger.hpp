// The one writer of the queue. Couriers hand in outcomes and take claimed deliveries; each commit carries the
// outcomes that came in and the next claims, so a delivery is durably `sending` before its body may leave,
// and durably settled soon after its reply.
//
// What is on disk: every state. What is only in memory: outcomes not yet committed and the hand-out queues. The flight
// recorder knows them after a kill; after a power cut, or without a recorder, they are doubts, at most `doubt_window`.
//
// A failed write stops the claiming: outcomes stay in memory, couriers run dry, and the same outcomes are
// written again every second until it works. Nothing is dropped. So does a read that fails, here or where
// letters are composed: one delivery at a time then tries whether it works again, less and less often.
//
// A database that was replaced while it was open (a backup moved into place, say) ends the work: what is
// written would reach nobody, and who left is only in the other one. Nothing is claimed, what couriers hold
// is recalled, and finish() fails.
//
// A successor may take over (a reload): what couriers still hold is its own from then on, and what they
// report later reaches it.
//
// Pacing: under load a commit begins 4 ms after the last one began, and 1 ms after it ended, which makes the
// groups large and lets the command line's short transactions in between.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "db/database.hpp"
#include "queue/ledger/hand_out.hpp"
#include "queue/ledger/ledger_duties.hpp"
#include "queue/ledger/ledger_memory.hpp"
#include "queue/ledger/ledger_observer.hpp"
#include "queue/ledger/ledger_settings.hpp"
#include "queue/ledger/recall.hpp"
#include "queue/relay/relay_line.hpp"

namespace paperround::queue {

class Ledger {
  public:
    Ledger(db::Database& database, LedgerSettings settings, LedgerDuties& duties, LedgerObserver& observer,
           Recall& recall, const Clock& clock, Random& random, FlightRecorder* recorder = nullptr);

    // What composers and couriers, and whoever waits for the work, have to do with it.
    [[nodiscard]] HandOut& hand_out() { return hand_out_; }
    [[nodiscard]] const HandOut& hand_out() const { return hand_out_; }
    // What the lane's couriers share; lives as long as the ledger.
    [[nodiscard]] RelayLine& line(std::size_t lane) { return *memory_.lines[lane]; }
    // How long ago the last step ended, whether or not it could write. By the steady clock. Thread-safe.
    [[nodiscard]] Duration since_last_step() const;

    // --- For the ledger's own thread (or a test, step by step)

    // Runs until asked to stop. What couriers report later is written by finish().
    void run(const std::stop_token& stop);
    // One commit; true where there is more to do at once.
    bool step();
    // After the couriers have ended: writes the last outcomes and puts back what was handed out but not
    // begun. Tried again until `patience` is over, and once at least. False where the database does not take
    // it, and those deliveries are then doubts of the next start; and where it could not be read when that
    // was last tried.
    bool finish(Duration patience = Duration(0));
    // How many runs of refusals are remembered (queue/policy/refusal_runs.hpp).
    [[nodiscard]] std::size_t runs() const { return memory_.refusals.runs(); }

  private:
    bool commit_one();
    void failed(const db::Error& error);
    void tell_of_reading();
    void watch_trouble();
    void recall_withdrawn();
    void abandon();

    // The ledger's thread alone, but for the hand-out.
    db::Database& database_;
    LedgerMemory memory_;
    HandOut hand_out_;
    LedgerDuties& duties_;
    LedgerObserver& observer_;
    Recall& recall_;
    const Clock& clock_;
    Random& random_;
    bool failing_ = false;      // to write
    bool claims_fail_ = false;  // for what cannot be read
    std::optional<std::chrono::steady_clock::time_point> trouble_since_;
    std::atomic<std::chrono::steady_clock::time_point> last_step_{std::chrono::steady_clock::now()};
    std::int64_t seen_version_ = 0;
};

}  // namespace paperround::queue

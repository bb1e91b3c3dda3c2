// Departures of readers who ask by a page, committed in groups. While the ledger steps, those who wait are written in
// its next commit: a transaction beside it would wait for its turn and for the disk, and the ledger would look up anew
// all that it knows. Where no step comes, because the daemon begins, ends or is reloaded, one of the callers commits for
// all who wait. Owns no thread. Thread-safe, but for what the ledger's thread calls.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <optional>
#include <vector>

#include "base/mutex.hpp"
#include "pipeline/plan/departure.hpp"

namespace paperround::pipeline {

class DepartureGroups {
  public:
    // `database`: what the callers commit by, where no step comes within `patience`. `wake` asks for a step. All must
    // outlive this.
    DepartureGroups(db::Database database, const Clock& clock, queue::Recall& recall,
                    std::function<void()> wake,
                    std::chrono::milliseconds patience = std::chrono::milliseconds(300))
        : database_(std::move(database)),
          clock_(clock),
          recall_(recall),
          wake_(std::move(wake)),
          patience_(patience) {}

    // Returns once the departure is committed, with what Departure::leave promises. Throws db::Error where the commit of
    // the group failed: then nobody of it has left.
    [[nodiscard]] Left leave(const audience::Token& token);

    // --- For the ledger's thread (queue/ledger/ledger_duties.hpp)

    // All who wait, in the transaction that is open. One of the next two follows.
    void write(db::Database& ledgers, Time now);
    void committed();
    void rolled_back(const db::Error& error);

  private:
    struct Wish {
        audience::Token token;
        Left left = Left::unknown;
        std::optional<db::Error> failure;
        bool done = false;
    };
    struct Group {
        std::vector<Wish*> wishes;
        Departed departed;
    };

    // Those who wait, whom nobody else commits then.
    [[nodiscard]] std::vector<Wish*> take_all() REQUIRES(mutex_);
    void commit(Group& group);
    static void write(Group& group, db::Database& database, Time now);
    void answer(Group& group, const std::optional<db::Error>& failure);

    Mutex mutex_;
    std::condition_variable changed_;
    std::vector<Wish*> waiting_ GUARDED_BY(mutex_);
    bool committing_ GUARDED_BY(mutex_) = false;  // one of the callers
    Group in_step_;                               // the ledger's thread alone
    db::Database database_;                       // of the caller who commits
    const Clock& clock_;
    queue::Recall& recall_;
    std::function<void()> wake_;
    const std::chrono::milliseconds patience_;
};

}  // namespace paperround::pipeline

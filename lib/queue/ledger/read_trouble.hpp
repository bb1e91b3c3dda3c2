// A database that does not give back what is asked of it, noticed wherever something is read: nothing new is claimed,
// but that one delivery at a time tries whether it works again, less and less often. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace paperround::queue {

class ReadTrouble {
  public:
    void cannot_read(std::string_view reason);
    // True where there was trouble until now. Costs nothing where there was none.
    bool could_read();

    [[nodiscard]] bool any() const { return any_; }
    // How many of `room` deliveries may be claimed. The one that tries is counted as trying.
    [[nodiscard]] std::size_t claimable(std::size_t room);

    // What is to be said since this was last asked.
    struct News {
        std::string failure;  // empty: none
        bool over = false;    // of a failure that was said
    };
    [[nodiscard]] News news();

  private:
    struct Failure {
        std::string reason;
        bool said = false;
        Duration pause;  // until one more delivery tries
        std::chrono::steady_clock::time_point next_try;
    };

    std::atomic<bool> any_ = false;  // whether there is a failure_
    Mutex mutex_;
    std::optional<Failure> failure_ GUARDED_BY(mutex_);
    bool over_ GUARDED_BY(mutex_) = false;  // to be said
};

}  // namespace paperround::queue

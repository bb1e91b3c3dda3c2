// The threads of a service's couriers, and how many of them still work. Thread-safe, except start().
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace paperround::pipeline {

class CourierThreads {
  public:
    // Runs `courier` on a new thread.
    void start(std::function<void()> courier);
    // Waits until all have ended; false if some had not within `patience`.
    bool wait(Duration patience);
    // Waits until all have ended, however long that takes.
    void join();
    [[nodiscard]] bool at_work() const;

  private:
    mutable Mutex mutex_;
    std::condition_variable ended_;
    std::size_t at_work_ GUARDED_BY(mutex_) = 0;
    std::vector<std::jthread> threads_;
};

}  // namespace paperround::pipeline

// A few threads for jobs that may block, started in the order in which they were added.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.hpp"

namespace paperround::web {

class Workers {
  public:
    // Throws std::system_error if no more threads can be started.
    explicit Workers(unsigned threads);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Thread-safe. `job` must not throw. False if the workers are ending: the job is not done then.
    bool add(std::function<void()> job);
    // Returns once all added jobs are done; no more are accepted.
    void finish();

  private:
    void run();

    Mutex mutex_;
    std::deque<std::function<void()>> jobs_ GUARDED_BY(mutex_);
    bool ending_ GUARDED_BY(mutex_) = false;
    std::condition_variable changed_;
    std::vector<std::thread> threads_;
};

}  // namespace paperround::web

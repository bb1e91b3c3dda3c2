// A few threads that do what may block, in the order in which it comes.
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
    // Throws std::system_error where no more threads are to be had.
    explicit Workers(unsigned threads);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Thread-safe. `job` must not throw. False once they end: it is not done then.
    bool add(std::function<void()> job);
    // Returns once what was added is done; nothing more is taken.
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

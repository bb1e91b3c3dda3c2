// A few threads that do what may block, in the order in which it comes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace paperround::web {

class Workers {
  public:
    // Throws std::system_error where no more threads are to be had.
    explicit Workers(unsigned threads);
    // Does what is waiting, then ends.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Thread-safe. `job` must not throw.
    void add(std::function<void()> job);

  private:
    void run();
    void end();

    std::mutex mutex_;  // guards the two below
    std::deque<std::function<void()>> jobs_;
    bool ending_ = false;
    std::condition_variable changed_;
    std::vector<std::thread> threads_;
};

}  // namespace paperround::web

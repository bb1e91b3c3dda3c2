// Makes the letters of mailings whose time has come before their deliveries are made, on threads of its own.
// A composer that came first to a mailing would render it, and whoever shares the composer's relay would wait
// for posts that are no business of theirs.
//
// A thread for each mailing that is being rendered, up to a limit: the system gives each of them its share of
// the processor, so that a short post overtakes long ones.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "pipeline/press.hpp"

namespace paperround::pipeline {

class RenderingAhead {
  public:
    // The press must outlive it. `on_ready` is called from any thread when a mailing has become ready.
    RenderingAhead(Press& press, std::function<void()> on_ready);
    ~RenderingAhead() { stop(); }
    RenderingAhead(const RenderingAhead&) = delete;
    RenderingAhead& operator=(const RenderingAhead&) = delete;

    // True where the mailing's letter is kept, or where it is known that it cannot be made: whoever composes
    // it hears why. Otherwise it is made from now on. Waits for nothing, least of all the database.
    [[nodiscard]] bool ready(std::int64_t mailing_id);
    // Its deliveries are made: nobody asks for it any more.
    void forget(std::int64_t mailing_id);

    // Waits for what is being rendered: interrupt the press first. From here on nothing becomes ready.
    void stop();

  private:
    void start_thread() REQUIRES(mutex_);
    void work(const std::stop_token& stop);
    [[nodiscard]] bool render(std::int64_t mailing_id);

    Press& press_;
    std::function<void()> on_ready_;
    Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::int64_t> wanted_ GUARDED_BY(mutex_);   // the next first
    std::set<std::int64_t> under_way_ GUARDED_BY(mutex_);  // wanted or being rendered
    std::set<std::int64_t> ready_ GUARDED_BY(mutex_);
    std::size_t idle_ GUARDED_BY(mutex_) = 0;  // threads that wait for work
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::vector<std::jthread> threads_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline

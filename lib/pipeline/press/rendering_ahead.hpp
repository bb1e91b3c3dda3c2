// Renders due mailings before their deliveries are made, on its own threads. Otherwise the first composer of
// a mailing would render it, and other newsletters of that composer's relay would wait for it.
//
// Each mailing that is being rendered has its own thread, up to a limit: the system shares the processor
// between them, so that a short post overtakes long ones.
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
#include "pipeline/press/press.hpp"

namespace paperround::pipeline {

class RenderingAhead {
  public:
    // `press` must outlive this object. `on_ready` is called from any thread when a mailing has become ready.
    RenderingAhead(Press& press, std::function<void()> on_ready);
    ~RenderingAhead() { stop(); }
    RenderingAhead(const RenderingAhead&) = delete;
    RenderingAhead& operator=(const RenderingAhead&) = delete;

    // True if the mailing's editions are stored, or if it is known that it cannot be rendered: its composers
    // then get the error. Otherwise it is queued for rendering. Waits for nothing, not even the database.
    [[nodiscard]] bool ready(std::int64_t mailing_id);
    // The mailing's deliveries are made: its state is no longer needed.
    void forget(std::int64_t mailing_id);

    // Waits for current rendering: interrupt the press first. From now on nothing becomes ready.
    void stop();

  private:
    void start_thread() REQUIRES(mutex_);
    void work(const std::stop_token& stop);
    [[nodiscard]] bool render(std::int64_t mailing_id);

    Press& press_;
    std::function<void()> on_ready_;
    Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::int64_t> wanted_ GUARDED_BY(mutex_);   // next one first
    std::set<std::int64_t> under_way_ GUARDED_BY(mutex_);  // wanted or being rendered
    std::set<std::int64_t> ready_ GUARDED_BY(mutex_);
    std::size_t idle_ GUARDED_BY(mutex_) = 0;  // threads that wait for work
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::vector<std::jthread> threads_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline

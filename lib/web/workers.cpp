#include "web/workers.hpp"

#include <system_error>
#include <utility>

namespace paperround::web {

Workers::Workers(unsigned threads) {
    try {
        for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
        finish();
        throw;
    }
}

Workers::~Workers() {
    finish();
}

void Workers::finish() {
    {
        const Lock lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

bool Workers::add(std::function<void()> job) {
    {
        const Lock lock(mutex_);
        if (ending_) return false;
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void Workers::run() {
    for (;;) {
        Lock lock(mutex_);
        changed_.wait(lock.native(), [this]() REQUIRES(mutex_) { return ending_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        const auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
    }
}

}  // namespace paperround::web

#include "pipeline/courier_threads.hpp"

#include <utility>

namespace paperround::pipeline {

void CourierThreads::start(std::function<void()> courier) {
    {
        const std::lock_guard lock(mutex_);
        ++at_work_;
    }
    try {
        threads_.emplace_back([this, courier = std::move(courier)] {
            courier();
            const std::lock_guard lock(mutex_);
            --at_work_;
            ended_.notify_all();
        });
    } catch (...) {
        const std::lock_guard lock(mutex_);
        --at_work_;
        throw;
    }
}

bool CourierThreads::wait(Duration patience) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, patience, [this] { return at_work_ == 0; });
}

void CourierThreads::join() {
    threads_.clear();
}

bool CourierThreads::at_work() const {
    const std::lock_guard lock(mutex_);
    return at_work_ > 0;
}

}  // namespace paperround::pipeline

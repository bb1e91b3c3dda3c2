#include "pipeline/courier/courier_threads.hpp"

#include <utility>

namespace paperround::pipeline {

void CourierThreads::start(std::function<void()> courier) {
    {
        const Lock lock(mutex_);
        ++at_work_;
    }
    try {
        threads_.emplace_back([this, courier = std::move(courier)] {
            courier();
            const Lock lock(mutex_);
            --at_work_;
            ended_.notify_all();
        });
    } catch (...) {
        const Lock lock(mutex_);
        --at_work_;
        throw;
    }
}

bool CourierThreads::wait(Duration patience) {
    Lock lock(mutex_);
    return ended_.wait_for(lock.native(), patience, [this]() REQUIRES(mutex_) { return at_work_ == 0; });
}

void CourierThreads::join() {
    threads_.clear();
}

bool CourierThreads::at_work() const {
    const Lock lock(mutex_);
    return at_work_ > 0;
}

}  // namespace paperround::pipeline

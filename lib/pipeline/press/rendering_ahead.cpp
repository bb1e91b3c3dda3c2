#include "pipeline/press/rendering_ahead.hpp"

#include <system_error>
#include <utility>

namespace paperround::pipeline {

namespace {
// Each may take up to a hundred MiB, beside sixteen polls that take as much. Few enough for the memory limit
// of the systemd unit, and more than a usual day has slow posts.
constexpr std::size_t most_threads = 8;
}  // namespace

RenderingAhead::RenderingAhead(Press& press, std::function<void()> on_ready)
    : press_(press), on_ready_(std::move(on_ready)) {}

bool RenderingAhead::ready(std::int64_t mailing_id) {
    const Lock lock(mutex_);
    if (ready_.contains(mailing_id)) return true;
    if (stopped_ || !under_way_.insert(mailing_id).second) return false;
    wanted_.push_back(mailing_id);
    if (wanted_.size() > idle_ && threads_.size() < most_threads) start_thread();
    if (threads_.empty()) {
        wanted_.clear();
        under_way_.clear();
        return true;  // its first composer renders it
    }
    changed_.notify_one();
    return false;
}

void RenderingAhead::start_thread() {
    try {
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    } catch (const std::system_error&) {
        // The system gives no more threads: the existing ones do the work.
    }
}

void RenderingAhead::forget(std::int64_t mailing_id) {
    const Lock lock(mutex_);
    ready_.erase(mailing_id);
}

void RenderingAhead::stop() {
    std::vector<std::jthread> threads;
    {
        const Lock lock(mutex_);
        stopped_ = true;
        wanted_.clear();
        threads = std::exchange(threads_, {});
    }
    for (std::jthread& thread : threads) thread.request_stop();
}

void RenderingAhead::work(const std::stop_token& stop) {
    Lock lock(mutex_);
    while (!stop.stop_requested()) {
        ++idle_;
        const bool found = changed_.wait(lock, stop, [this]() REQUIRES(mutex_) { return !wanted_.empty(); });
        --idle_;
        if (!found) return;
        const std::int64_t mailing = wanted_.front();
        wanted_.pop_front();
        lock.unlock();
        const bool done = render(mailing);
        lock.lock();
        under_way_.erase(mailing);
        if (!done) continue;
        ready_.insert(mailing);
        lock.unlock();
        on_ready_();
        lock.lock();
    }
}

// Returns false if a stop came first.
bool RenderingAhead::render(std::int64_t mailing_id) {
    try {
        const auto error = press_.make_ahead(mailing_id);
        return !error || error->code != PrintError::Code::interrupted;
    } catch (const db::Error&) {
        return true;  // its first composer meets the same error, and tells the ledger
    }
}

}  // namespace paperround::pipeline

#include "web/event_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace paperround::web {

bool EventStream::send(std::string_view text) {
    const Lock lock(mutex_);
    if (ended_) return false;
    if (waiting_.size() + text.size() > backlog_limit) {
        waiting_.clear();
        ended_ = true;
    } else {
        waiting_ += text;
    }
    if (const auto wake = std::exchange(wake_, nullptr)) wake();
    return !ended_;
}

void EventStream::end() {
    const Lock lock(mutex_);
    ended_ = true;
    if (const auto wake = std::exchange(wake_, nullptr)) wake();
}

bool EventStream::ended() const {
    return ended_;
}

std::optional<std::size_t> EventStream::take(char* out, std::size_t size, const std::function<void()>& wait,
                                             std::function<void()> wake) {
    const Lock lock(mutex_);
    if (waiting_.empty()) {
        if (ended_) return std::nullopt;
        wait();
        wake_ = std::move(wake);
        return 0;
    }
    const std::size_t count = std::min(size, waiting_.size());
    std::memcpy(out, waiting_.data(), count);
    waiting_.erase(0, count);
    return count;
}

}  // namespace paperround::web

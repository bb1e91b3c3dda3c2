#include "queue/ledger/read_trouble.hpp"

#include <algorithm>
#include <utility>

namespace paperround::queue {

namespace {
constexpr Duration first_pause = std::chrono::seconds(1);
constexpr Duration longest_pause = std::chrono::minutes(1);
}  // namespace

void ReadTrouble::cannot_read(std::string_view reason) {
    const auto now = std::chrono::steady_clock::now();
    const Lock lock(mutex_);
    // What several composers find at the same time is one failure.
    if (failure_ && now < failure_->next_try) {
        failure_->reason = reason;
        return;
    }
    const Duration pause = failure_ ? std::min(2 * failure_->pause, longest_pause) : first_pause;
    failure_ = {.reason = std::string(reason),
                .said = failure_ && failure_->said,
                .pause = pause,
                .next_try = now + pause};
    any_ = true;
}

bool ReadTrouble::could_read() {
    if (!any_) return false;
    const Lock lock(mutex_);
    over_ = failure_ && failure_->said;
    failure_.reset();
    any_ = false;
    return true;
}

std::size_t ReadTrouble::claimable(std::size_t room) {
    const Lock lock(mutex_);
    if (!failure_) return room;
    const auto now = std::chrono::steady_clock::now();
    if (now < failure_->next_try) return 0;
    failure_->next_try = now + failure_->pause;
    return std::min<std::size_t>(room, 1);
}

ReadTrouble::News ReadTrouble::news() {
    const Lock lock(mutex_);
    News news{.failure = {}, .over = std::exchange(over_, false)};
    if (failure_ && !std::exchange(failure_->said, true)) news.failure = failure_->reason;
    return news;
}

}  // namespace paperround::queue

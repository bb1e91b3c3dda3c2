#include "pipeline/courier/outbox.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace paperround::pipeline {

namespace {
// While more letters follow, one courier is called for this many letters.
constexpr std::size_t letters_per_call = 4;
}  // namespace

bool Outbox::Waiters::call() {
    if (called == asleep) return false;
    ++called;
    called_up.notify_one();
    return true;
}

// Counts as called any courier that wakes, since the call cannot be attributed. If that makes one call too
// many, a courier looks into the box in vain; one call too few would leave a letter waiting.
void Outbox::Waiters::woke() {
    if (called > 0) --called;
}

std::size_t Outbox::wait_for_room(const std::stop_token& stop) {
    Lock lock(mutex_);
    // Half empty, not just one free place: so composers work in batches.
    const bool room = room_.wait(lock, stop, [this]() REQUIRES(mutex_) {
        return letters_.size() <= capacity_ / 2 && octets_ < octets_limit;
    });
    return room && !stop.stop_requested() ? capacity_ - letters_.size() : 0;
}

bool Outbox::wait_for_octets(const std::stop_token& stop) {
    Lock lock(mutex_);
    return room_.wait(lock, stop, [this]() REQUIRES(mutex_) { return octets_ < octets_limit || closed_; }) &&
           !stop.stop_requested();
}

void Outbox::put(std::vector<Letter> letters, bool more_follow) {
    const Lock lock(mutex_);
    for (Letter& letter : letters) {
        octets_ += letter.message.size();
        letters_.push_back(std::move(letter));
    }
    const std::size_t called = with_session_.called + without_session_.called;
    const std::size_t wanted =
        more_follow ? (letters_.size() + letters_per_call - 1) / letters_per_call : letters_.size();
    // Couriers with a session are called first; another session is opened only for letters that these cannot
    // take.
    for (std::size_t i = called; i < wanted; ++i) {
        if (!with_session_.call() && !without_session_.call()) break;
    }
}

std::optional<Letter> Outbox::pop() {
    if (letters_.empty() || closed_) return std::nullopt;
    Letter letter = std::move(letters_.front());
    letters_.pop_front();
    const bool was_full = octets_ >= octets_limit;
    octets_ -= letter.message.size();
    if (was_full) {
        room_.notify_all();
    } else if (letters_.size() <= capacity_ / 2) {
        room_.notify_one();
    }
    return letter;
}

std::optional<Letter> Outbox::take(bool has_session, Duration patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    Lock lock(mutex_);
    Waiters& waiters = has_session ? with_session_ : without_session_;
    ++waiters.asleep;
    for (bool in_time = true; in_time && !closed_ && letters_.empty();) {
        in_time = waiters.called_up.wait_until(lock.native(), deadline) == std::cv_status::no_timeout;
        waiters.woke();
    }
    --waiters.asleep;
    waiters.called = std::min(waiters.called, waiters.asleep);
    return pop();
}

std::optional<Letter> Outbox::take_now() {
    const Lock lock(mutex_);
    return pop();
}

bool Outbox::put_back(std::optional<Letter>& letter) {
    const Lock lock(mutex_);
    if (closed_) return false;
    octets_ += letter->message.size();
    letters_.push_front(std::move(*letter));
    letter.reset();
    if (!with_session_.call()) without_session_.call();
    return true;
}

std::vector<Letter> Outbox::empty_out() {
    const Lock lock(mutex_);
    std::vector<Letter> all(std::make_move_iterator(letters_.begin()),
                            std::make_move_iterator(letters_.end()));
    letters_.clear();
    octets_ = 0;
    room_.notify_all();
    return all;
}

void Outbox::close() {
    const Lock lock(mutex_);
    closed_ = true;
    room_.notify_all();
    with_session_.called_up.notify_all();
    without_session_.called_up.notify_all();
}

std::size_t Outbox::waiting() const {
    const Lock lock(mutex_);
    return with_session_.asleep + without_session_.asleep;
}

bool Outbox::closed() const {
    const Lock lock(mutex_);
    return closed_;
}

}  // namespace paperround::pipeline

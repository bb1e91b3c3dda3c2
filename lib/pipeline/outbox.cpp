#include "pipeline/outbox.hpp"

#include <iterator>
#include <utility>

namespace paperround::pipeline {

std::size_t Outbox::wait_for_room(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    // Half empty rather than one free place: composers then work in batches.
    const bool room =
        room_.wait(lock, stop, [this] { return letters_.size() <= capacity_ / 2 && octets_ < octets_limit; });
    return room && !stop.stop_requested() ? capacity_ - letters_.size() : 0;
}

void Outbox::put(Letter letter) {
    const std::lock_guard lock(mutex_);
    octets_ += letter.message.size();
    letters_.push_back(std::move(letter));
    // Whoever waits with a session takes it; another one is opened only for more letters than those can take.
    if (letters_.size() <= waiting_with_session_) {
        with_session_.notify_one();
    } else {
        without_session_.notify_one();
    }
}

std::optional<Letter> Outbox::pop() {
    if (letters_.empty() || closed_) return std::nullopt;
    Letter letter = std::move(letters_.front());
    letters_.pop_front();
    octets_ -= letter.message.size();
    if (letters_.size() <= capacity_ / 2) room_.notify_one();
    return letter;
}

std::optional<Letter> Outbox::take(bool has_session, Duration patience) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return closed_ || !letters_.empty(); };
    if (has_session) {
        ++waiting_with_session_;
        with_session_.wait_for(lock, patience, ready);
        --waiting_with_session_;
    } else {
        ++waiting_without_session_;
        without_session_.wait_for(lock, patience, ready);
        --waiting_without_session_;
    }
    return pop();
}

std::optional<Letter> Outbox::take_now() {
    const std::lock_guard lock(mutex_);
    return pop();
}

std::vector<Letter> Outbox::empty_out() {
    const std::lock_guard lock(mutex_);
    std::vector<Letter> all(std::make_move_iterator(letters_.begin()),
                            std::make_move_iterator(letters_.end()));
    letters_.clear();
    octets_ = 0;
    room_.notify_one();
    return all;
}

void Outbox::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    with_session_.notify_all();
    without_session_.notify_all();
}

std::size_t Outbox::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_with_session_ + waiting_without_session_;
}

bool Outbox::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

}  // namespace paperround::pipeline

// Letters that are composed and wait for a courier of their relay: a bounded queue between the composers,
// which use the processor, and the couriers, which wait for the relay.
//
// Bounded in letters and octets: memory stays flat however slow the relay is. A letter goes first to a
// courier that has a session, so that a trickle of mail does not open every connection that is allowed. While
// more letters are on their way, one courier is called for several: under load each finds work without having
// slept, and waking it for every letter would cost more than the letter.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "pipeline/letter.hpp"

namespace paperround::pipeline {

class Outbox {
  public:
    static constexpr std::size_t octets_limit = 64UL << 20U;

    explicit Outbox(std::size_t capacity) : capacity_(capacity) {}

    // --- For composers

    // Waits until the box is half empty; how many letters may be put then. 0 when asked to stop.
    [[nodiscard]] std::size_t wait_for_room(const std::stop_token& stop);
    // Waits until it holds fewer octets than octets_limit; false when asked to stop. Ask before each letter
    // of a batch is made: letters of one mailing are a few kilobytes, those of another several megabytes.
    [[nodiscard]] bool wait_for_octets(const std::stop_token& stop);
    // In this order. The last of a batch is put with more_follow = false (there may be none left to put):
    // until then not every letter has a courier called for it.
    void put(std::vector<Letter> letters, bool more_follow = false);

    // --- For couriers

    // Waits for a letter; nothing after `patience`, or once the box is closed. The courier says whether it
    // has a session.
    [[nodiscard]] std::optional<Letter> take(bool has_session, Duration patience);
    // A letter if one is there.
    [[nodiscard]] std::optional<Letter> take_now();
    // A letter that could not go over the session it was taken for: it is the next to go. False once closed;
    // the letter then stays the caller's.
    [[nodiscard]] bool put_back(std::optional<Letter>& letter);
    // Everything: the relay is down, or the daemon drains.
    [[nodiscard]] std::vector<Letter> empty_out();

    // No letter is handed out any more.
    void close();
    [[nodiscard]] bool closed() const;
    // How many couriers wait for a letter.
    [[nodiscard]] std::size_t waiting() const;

  private:
    // Couriers that wait, and how many of them were called and have not woken yet.
    struct Waiters {
        std::condition_variable called_up;
        std::size_t asleep = 0;
        std::size_t called = 0;
        // True where there was one to call.
        bool call();
        // One has woken, called or not.
        void woke();
    };

    [[nodiscard]] std::optional<Letter> pop() REQUIRES(mutex_);

    const std::size_t capacity_;
    mutable Mutex mutex_;
    std::condition_variable_any room_;
    Waiters with_session_ GUARDED_BY(mutex_);  // couriers wait in one of these two
    Waiters without_session_ GUARDED_BY(mutex_);
    std::deque<Letter> letters_ GUARDED_BY(mutex_);
    std::size_t octets_ GUARDED_BY(mutex_) = 0;
    bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace paperround::pipeline

// Composed letters that wait for a courier of their relay: a bounded queue between the composers, which use
// the processor, and the couriers, which wait for the relay.
//
// Bounded in letters and octets: memory use stays flat however slow the relay is. A letter goes first to a
// courier that has a session, so that a trickle of mail does not open every allowed connection. While more
// letters are on their way, one courier is called for several: under load each finds work without having
// slept, and waking a courier for each letter would cost more than sending it. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "pipeline/press/letter.hpp"

namespace paperround::pipeline {

class Outbox {
  public:
    static constexpr std::size_t octets_limit = 64UL << 20U;

    explicit Outbox(std::size_t capacity) : capacity_(capacity) {}

    // --- For composers

    // Waits until the box is half empty; returns how many letters may be put then. 0 when asked to stop.
    [[nodiscard]] std::size_t wait_for_room(const std::stop_token& stop);
    // Waits until the box holds fewer octets than octets_limit; false when asked to stop. Call it before each
    // letter of a batch is made: some mailings' letters are a few kilobytes, others' several megabytes.
    [[nodiscard]] bool wait_for_octets(const std::stop_token& stop);
    // Keeps the order. The last call for a batch must have more_follow = false (`letters` may be empty):
    // before that, not every letter has a courier called for it.
    void put(std::vector<Letter> letters, bool more_follow = false);

    // --- For couriers

    // Waits for a letter; nothing after `patience`, or once the box is closed. `has_session`: the courier has
    // an open session.
    [[nodiscard]] std::optional<Letter> take(bool has_session, Duration patience);
    // Takes a letter if there is one; does not wait.
    [[nodiscard]] std::optional<Letter> take_now();
    // Puts a letter back that was not sent over the session it was taken for; it is the next to be taken.
    // False if the box is closed: the caller keeps the letter.
    [[nodiscard]] bool put_back(std::optional<Letter>& letter);
    // Takes all letters: the relay is down, or the daemon drains.
    [[nodiscard]] std::vector<Letter> empty_out();

    // From now on no letter is handed out.
    void close();
    [[nodiscard]] bool closed() const;
    // How many couriers wait for a letter.
    [[nodiscard]] std::size_t waiting() const;

  private:
    // Waiting couriers, and how many of them were called and have not woken yet.
    struct Waiters {
        std::condition_variable called_up;
        std::size_t asleep = 0;
        std::size_t called = 0;
        // False if there is no courier to call.
        bool call();
        // A courier has woken, called or not.
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
